import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDeceptive, safeJson, visible, visibleLine } from './visible.js';

// Written out again, so that a mistake in one list does not hide in both.
const forbidden = (text: string): string[] =>
  Array.from(text).filter((character) => {
    const code = character.codePointAt(0) ?? 0;
    const within = (from: number, to: number): boolean => code >= from && code <= to;
    return (
      (code < 0x20 && character !== '\n' && character !== '\t') ||
      within(0x7f, 0x9f) ||
      code === 0x61c ||
      within(0x200b, 0x200c) ||
      within(0x200e, 0x200f) ||
      within(0x2028, 0x202e) ||
      within(0x2060, 0x206f) ||
      code === 0xfeff ||
      within(0xe0000, 0xe01ef)
    );
  });

const nasty = fc.constantFrom(
  '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007',
  '\u001b]52;c;ZXZpbA==\u0007',
  '\u009b31m',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufe0f',
  '\u{e0041}',
  '\u{e0100}',
  '\r',
  '👩‍💻',
  '⚠️',
);
const text = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.string())).map((parts) => parts.join(''));

describe('visible text', () => {
  it('holds no control character and none that reorders or hides text', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(forbidden(visible(given))).toEqual([]);
        expect(forbidden(visibleLine(given))).toEqual([]);
        expect(visibleLine(given)).not.toMatch(/[\n\t]/);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not change when it is made visible again', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(visible(visible(given))).toBe(visible(given));
      }),
      { numRuns: 1000 },
    );
  });

  it('is deceptive exactly when making it visible changes it', () => {
    fc.assert(
      fc.property(text, (given) => {
        fc.pre(!/[\n\r]/.test(given));
        expect(isDeceptive(given)).toBe(visible(given) !== given);
      }),
    );
  });

  it.each([
    ['a clipboard sequence', '\u001b]52;c;ZXZpbA==\u0007', '␛]52;c;ZXZpbA==␇'],
    ['a link', '\u001b]8;;http://x\u001b\\a', '␛]8;;http://x␛\\a'],
    ['an eight-bit sequence', '\u009b2J', '‹U+009B›2J'],
    ['a reordering', 'if (admin\u202e)', 'if (admin‹U+202E›)'],
    ['a hidden instruction in tags', 'ok\u{e0048}\u{e0049}', 'ok‹U+E0048›‹U+E0049›'],
    ['hidden bytes in variation selectors', '😀\u{e0100}\ufe01', '😀‹U+E0100›‹U+FE01›'],
  ])('shows %s', (_what, given, shown) => {
    expect(visible(given)).toBe(shown);
  });

  it('leaves other scripts and emoji alone', () => {
    const plain = 'naïve 日本語 العربية ⚠️ 👩‍💻 👩🏽‍🚀 1️⃣\tx\n';
    expect(visible(plain)).toBe(plain);
  });

  it('takes a line that ends in CR for a line', () => {
    expect(isDeceptive('windows\r')).toBe(false);
    expect(isDeceptive('over\rwritten')).toBe(true);
  });
});

it('JSON that is safe to show is the same data', () => {
  fc.assert(
    fc.property(fc.jsonValue(), text, (value, name) => {
      const data = { [name]: value, name };
      expect(JSON.parse(safeJson(data))).toEqual(JSON.parse(JSON.stringify(data)));
      expect(forbidden(safeJson(data, 2))).toEqual([]);
    }),
  );
});
