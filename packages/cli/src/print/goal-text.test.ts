import { expect, it } from 'vitest';
import { goalLines, goalTitle } from './goal-text.js';

it('calls a goal by its first line', () => {
  expect(goalTitle('Fix\u0007 it\n\nand this')).toBe('Fix␇ it');
  expect(goalTitle('\n  \nFix it')).toBe('Fix it');
});

it('shows a goal by lines, and counts what it leaves out', () => {
  expect(goalLines('Fix it\n\n  so\n')).toEqual(['Fix it', '', '  so']);
  const long = goalLines(`${'x'.repeat(500)}\n${'line\n'.repeat(30)}`);
  expect(long[0]).toMatch(/^x{400} … 100 more characters$/u);
  expect(long).toHaveLength(13);
  expect(long.at(-1)).toBe('… 19 more lines; --json has all of it');
});
