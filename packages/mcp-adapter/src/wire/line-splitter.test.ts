import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.js';

const line = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\n') && text.trim() !== '');

it('gives the same lines however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat({ max: 64 })), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const splitter = new LineSplitter();
      const seen: string[] = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        seen.push(...splitter.push(bytes.subarray(at, at + cut)));
        at += cut;
      }
      expect(seen).toEqual(lines);
    }),
  );
});

it('holds no more than its limit of an unfinished line', () => {
  const splitter = new LineSplitter(4);
  expect(splitter.push(Buffer.from('abcd'))).toEqual([]);
  expect(() => splitter.push(Buffer.from('e'))).toThrow(RangeError);
});
