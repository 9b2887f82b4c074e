import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { guardOutput, harmless } from './guard-output.js';

it('lets colours through, and nothing else that a terminal obeys', () => {
  const stream = new PassThrough();
  {
    using _guard = guardOutput(stream, harmless);
    stream.write('\u001b[31mred\u001b[39m \u001b]52;c;eA==\u0007 \u001b[2J\u202e\n');
    stream.write(Buffer.from('\u009b2J\n'));
  }
  stream.write('\u001b[2J');
  expect(String(stream.read())).toBe('\u001b[31mred\u001b[39m ␛]52;c;eA==␇ ␛[2J‹U+202E›\n‹U+009B›2J\n\u001b[2J');
});

it('stacks: what one guard changes, the next sees', () => {
  const stream = new PassThrough();
  using _inner = guardOutput(stream, (text) => text.replace('secret', '***'));
  using _outer = guardOutput(stream, (text) => text.replace('a', 'secret'));
  stream.write('a');
  expect(String(stream.read())).toBe('***');
});
