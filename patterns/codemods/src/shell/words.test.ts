import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textOf, wordsOf } from './words.js';

const shell = (command: string) => {
  const print = execFileSync('sh', ['-c', `printf '<%s>' ${command}`], { encoding: 'utf8' });
  return print === '<>' ? [] : print.slice(1, -1).split('><');
};

test('a command that is words alone has the words that a shell makes of it', () => {
  const character = fc.constantFrom(...Array.from('aé-=@%:/.,+_ \t"|$*;#~{!<\\\'`\n'));
  const words = fc.array(fc.constantFrom('a', '-m', '"a b"', 'a"b c"d', '""', '--x="y"', '@', '%h', ','));
  const command = fc.oneof(
    fc.array(character, { maxLength: 12 }).map((characters) => characters.join('')),
    words.map((each) => each.join(' ')),
  );
  fc.assert(
    fc.property(command, (text) => {
      const read = wordsOf([text]);
      fc.pre(!('syntax' in read) && !read.some((word) => textOf(word) === '' && read.length === 1));
      if (!('syntax' in read)) expect(read.map(textOf)).toEqual(shell(text));
    }),
    { numRuns: 300 },
  );
});

test.each([
  'a | b',
  'a > b',
  'a; b',
  'a $b',
  'a `b`',
  'a "$b"',
  "a 'b'",
  'a\nb',
  'a *',
  'a "b',
  '%a% %b%',
  'a \\b',
  '~/a',
])('%j is more than words to some shell', (command) => {
  expect(wordsOf([command])).toHaveProperty('syntax');
});
