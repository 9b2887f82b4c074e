import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { specText } from '../../test/world.js';
import { contentSha256, normalisedContent } from './content.js';
import { editSpec } from './edit-spec.js';
import { specStatuses } from './mini-spec.js';
import { parseSpec } from './parse-spec.js';

const text = specText({}, '\n# A spec\n\nstatus: of the body\n');
const path = 'tasks/specs/0001-spec.md';

describe('the content of a spec', () => {
  it.each([
    ['a byte order mark', `\uFEFF${text}`],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['spaces at the end of lines', text.replaceAll('\n', ' \t\n')],
    ['empty lines at the end', `${text}\n\n`],
    ['no line end at the end', text.trimEnd()],
    ['another review date', text.replace('2026-11-20', '2026-11-22')],
    ['another status', text.replace('status: approved', 'status: done')],
    ['neither', text.replace(/status: approved\n/, '').replace(/last_review: .*\n/, '')],
    ['a suppression', `${text}<!-- spec-guard-disable SG003 until=2026-12-01 away -->\n`],
  ])('is the same with %s', (_what, changed) => {
    expect(changed).not.toBe(text);
    expect(contentSha256(changed)).toBe(contentSha256(text));
  });

  it.each([
    ['a word', text.replace('# A spec', '# Another spec')],
    ['the covers', text.replace('core', 'cli')],
    ['the owners', text.replace('ada', 'bob')],
    ['the risk', text.replace('medium', 'low')],
    ['what looks like a field in the body', text.replace('status: of', 'status: in')],
    [
      'what stands beside a suppression',
      `${text}<!-- spec-guard-disable SG003 until=2026-12-01 away --> Also: anything.\n`,
    ],
    ['a second comment in its line', `${text}<!-- spec-guard-disable SG003 --><b>x</b><!-- -->\n`],
    ['what a line separator hides', text.replace('---\n', '---\n# note\u2028status: hidden\n')],
  ])('is another with %s', (_what, changed) => {
    expect(contentSha256(changed)).not.toBe(contentSha256(text));
  });

  it('is content of itself', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', ' ', '\r', '\n', '---\n', 'status: x\n', '\uFEFF')), (parts) => {
        const once = normalisedContent(`${text}${parts.join('')}`);
        expect(normalisedContent(once)).toBe(once);
      }),
    );
  });
});

describe('writing a field', () => {
  it.each([
    ['plain', 'last_review: 2026-11-20', 'last_review: 2026-11-22'],
    ['quoted', "last_review: '2026-11-20'", "last_review: '2026-11-22'"],
    ['quoted twice', 'last_review: "2026-11-20"', 'last_review: "2026-11-22"'],
    ['with spaces and a comment', 'last_review :   2026-11-20   # by Ada', 'last_review :   2026-11-22   # by Ada'],
    ['empty', 'last_review:', 'last_review: 2026-11-22'],
  ])('changes nothing else: %s', (_what, before, after) => {
    const old = text.replace('last_review: 2026-11-20', before);
    const change = { field: 'last_review', value: '2026-11-22' } as const;
    expect(editSpec(path, old, change)).toBe(text.replace('last_review: 2026-11-20', after));
    const crlf = (lf: string) => `\uFEFF${lf.replaceAll('\n', '\r\n')}`;
    expect(editSpec(path, crlf(old), change)).toBe(crlf(text.replace('last_review: 2026-11-20', after)));
  });

  it('adds a field that is missing, at the end and with the line ends of the file', () => {
    const without = text.replace(/last_review: .*\n/, '').replaceAll('\n', '\r\n');
    const added = editSpec(path, without, { field: 'last_review', value: '2026-11-22' });
    expect(added).toBe(without.replace('risk: medium\r\n', 'risk: medium\r\nlast_review: 2026-11-22\r\n'));
    expect(parseSpec(added).spec?.last_review).toBe('2026-11-22');
  });

  it('never changes the content', () => {
    fc.assert(
      fc.property(fc.constantFrom(...specStatuses), fc.boolean(), (value, isCrlf) => {
        const source = isCrlf ? text.replaceAll('\n', '\r\n') : text;
        const edited = editSpec(path, source, { field: 'status', value });
        expect(contentSha256(edited)).toBe(contentSha256(source));
        expect(parseSpec(edited).spec?.status).toBe(value);
        expect(editSpec(path, edited, { field: 'status', value: 'approved' })).toBe(source);
      }),
    );
  });

  it.each([
    ['there is none', '# A spec\n'],
    ['it is there twice', text.replace('risk:', 'last_review: 2026-01-01\nrisk:')],
    ['it goes over lines', text.replace('last_review: 2026-11-20', 'last_review: >-\n  2026-11-20')],
    ['it stands below', text.replace('last_review: 2026-11-20', 'last_review:\n  2026-11-20')],
    ['it is a list', text.replace('last_review: 2026-11-20', 'last_review:\n- 2026-11-20')],
  ])('is refused where %s', (_what, source) => {
    expect(() => editSpec(path, source, { field: 'last_review', value: '2026-11-22' })).toThrow(
      expect.objectContaining({ code: 'spec-not-editable' }),
    );
  });
});
