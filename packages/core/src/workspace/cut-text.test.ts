import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutText } from './cut-text.js';

it('leaves a text that fits as it is', () => {
  expect(cutText('äb\n', 4)).toBe('äb\n');
});

it('cuts at the end of a line, and says how much is missing', () => {
  expect(cutText('one\ntwo\nthree\n', 9)).toBe('one\ntwo\n[cut here: 8 of 14 bytes are shown]\n');
  expect(cutText('one', 2)).toBe('on\n[cut here: 2 of 3 bytes are shown]\n');
  expect(cutText('one', 0)).toBe('[cut here: 0 of 3 bytes are shown]\n');
});

it('keeps a beginning of the text, and never half a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, maxBytes) => {
      const [kept = ''] = cutText(text, maxBytes).split(/\n?\[cut here: /);
      expect(text.startsWith(kept)).toBe(true);
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(Math.max(maxBytes, 0));
    }),
  );
});
