import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from './html.js';

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const read = (markup: string): string => markup.replace(/&([a-z]+|#39);/g, (_, name: string) => entities[name] ?? '?');

describe('a template of markup', () => {
  it('lets nothing that is filled in become markup, or leave its attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`;
        expect(markup.match(/[<>"]/g)).toEqual(['<', '"', '"', '>', '<', '>']);
        expect(read(markup)).toBe(`<p title="${text}">${text}</p>`);
      }),
    );
  });

  it('takes markup, lists and numbers, and leaves out what is not there', () => {
    const items = ['a', 'b'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>${1}${undefined}${null}`.markup).toBe('<ul><li>a</li><li>b</li></ul>1');
  });

  it('shows characters that reorder or hide what is read', () => {
    expect(html`${'a\u202eb\u200b'}`.markup).toBe('a‹U+202E›b‹U+200B›');
  });
});
