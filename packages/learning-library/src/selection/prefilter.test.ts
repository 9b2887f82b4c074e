import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makePrefilter } from './prefilter.js';

it('finds a text wherever it is, whatever characters it has, and nothing else', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 });
  const around = fc.string({ unit: fc.constantFrom('a', '.', '(', 'é', '\\', '\n', "'"), maxLength: 8 });
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          text,
          around.filter((s) => s !== ''),
        ),
        { minLength: 1, maxLength: 8 },
      ),
      around,
      around,
      fc.nat(),
      (texts, before, after, which) => {
        const prefilter = makePrefilter(texts)!;
        const content = before + texts[which % texts.length]! + after;
        expect(prefilter(Buffer.from(content))).toBe(true);
        expect(prefilter(Buffer.from(before))).toBe(texts.some((one) => before.includes(one)));
      },
    ),
  );
});

it('lets everything pass where there is nothing to look for', () => {
  expect(makePrefilter([])).toBeUndefined();
});
