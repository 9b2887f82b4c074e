import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codeTokens } from './code-tokens.js';
import { minimalLines } from './minimal-lines.js';

/** One hunk over both texts as a whole. */
function minimal(before: string, after: string): number {
  const lines = (text: string): number => text.split('\n').length;
  return minimalLines(before, after, [{ oldStart: 1, oldLength: lines(before), newStart: 1, newLength: lines(after) }]);
}

it.each([
  ['a word that becomes another one', 'var x = 1;\nf(x);', 'let x = 1;\nf(x);', 2],
  ['something put into a line', 'f(a);', 'f(a, b);', 2],
  ['something put to the end of a line', 'f()\ng()', 'f();\ng()', 2],
  ['something taken out of a line', 'f(a, b);', 'f(a);', 2],
  ['a new line', 'a();\nc();', 'a();\nb();\nc();', 1],
  ['a line that is gone', 'a();\nb();\nc();', 'a();\nc();', 1],
  ['nothing but white space', 'if(a){b()}', 'if (a) {\n  b()\n}', 0],
  ['nothing but comments', 'a(); // old\n/* b */', 'a(); // new', 0],
  ['nothing but other line ends', 'a();\nb();', 'a();\r\nb();\r', 0],
  ['a word and a line broken without need', 'var x = f(a, b);', 'let x = f(\n  a,\n  b,\n);', 3],
  ['white space in a text', '`a\n b`;\nc();', '`a\n  b`;\nc();', 2],
  ['what looks like a comment in a text', "a('//x');", "a('//y');", 2],
  ['what looks like a text in a regular expression', 'r = /["//]/;\na();', 'r = /["//]/g;\na();', 2],
])('of %s only the lines count on which tokens differ', (_what, before, after, lines) => {
  expect(minimal(before, after)).toBe(lines);
});

it('knows a file that was only written anew, however large it is', () => {
  const source = Array.from({ length: 5000 }, (_, at) => `if (x${at} === ${at}) f(x${at});`).join('\n');
  const anew = source.replaceAll('\n', '\r\n').replace('x77 ===', 'y77 ===');
  expect(minimal(source, anew)).toBe(2);
});

it('counts the lines of hunks alone, and never more of them than they have', () => {
  const hunk = { oldStart: 2, oldLength: 1, newStart: 2, newLength: 1 };
  expect(minimalLines('var a;\nvar b;\n', 'let a;\nlet b;\n', [hunk])).toBe(2);
});

it('any text, and any change of one, has its lines counted', () => {
  const code = fc
    .array(fc.constantFrom('a', 'b', ' ', '\n', '/', '*', '"', '`', '${', '}', '\\', '=', '(', ')', '['))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(code, code, (before, after) => {
      expect(minimal(before, before)).toBe(0);
      const lines = before.split('\n').length + after.split('\n').length;
      expect(minimal(before, after)).toBeLessThanOrEqual(lines);
      expect(minimal(before, after) === 0).toBe(
        codeTokens(before)
          .map(({ text }) => text)
          .join('\0') ===
          codeTokens(after)
            .map(({ text }) => text)
            .join('\0'),
      );
    }),
  );
});
