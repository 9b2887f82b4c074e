import { expect, it } from 'vitest';
import { paletteFor } from './palette.js';
import { printDiff } from './print-diff.js';

const options = { palette: paletteFor({}, {}), maxLines: 3, path: '/run/diff.patch' };

it('cuts a line that nobody can read, and says by how much', () => {
  expect(printDiff(`+short\n+${'x'.repeat(20_000_000)}\n`, options)).toBe(
    `+short\n+${'x'.repeat(499)} … (cut, 19999501 more characters)`,
  );
});

it('folds what is too long, and names what it has not read', () => {
  expect(printDiff('a\nb\nc\n', options)).toBe('a\nb\nc');
  expect(printDiff('a\nb\nc\nd\n', options)).toBe('a\nb\nc\n… 1 more line in /run/diff.patch');
  expect(printDiff('a\n', { ...options, unreadBytes: 7 })).toBe('a\n… 7 bytes in /run/diff.patch');
  expect(printDiff('a\nb\nc\nd\n', { ...options, unreadBytes: 7 })).toContain('… 1 more line and 7 bytes in');
});
