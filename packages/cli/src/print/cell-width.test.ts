import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellWidth, fitCells } from './cell-width.js';

it.each([
  ['plain', 5],
  ['größer', 6],
  ['e\u0301', 1],
  ['検索', 4],
  ['ok 👩‍💻', 5],
  ['', 0],
])('%j takes %d cells', (text, width) => {
  expect(cellWidth(text)).toBe(width);
});

it('cuts at the cells that there are, and never within a character', () => {
  expect(fitCells('検索する', 5)).toBe('検索');
  const text = fc
    .array(fc.constantFrom('a', 'e\u0301', '検', '👩‍💻', ' '), { maxLength: 30 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.nat(40), (whole, cells) => {
      const cut = fitCells(whole, cells);
      expect(whole.startsWith(cut)).toBe(true);
      expect(cellWidth(cut)).toBeLessThanOrEqual(cells);
      if (cut !== whole) expect(cellWidth(cut)).toBeGreaterThanOrEqual(cells - 1);
    }),
  );
});
