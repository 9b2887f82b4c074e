import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/**
 * The lines of a file, of which only the present one is held. Newlines alone end a line: in a diff, all else is content.
 *
 * `onChunk` sees every byte that is read.
 */
export async function* linesOfFile(file: string, onChunk?: (chunk: Buffer) => void): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    onChunk?.(chunk);
    const [first = '', ...more] = decoder.write(chunk).split('\n');
    parts.push(first);
    for (const next of more) {
      yield parts.join('');
      parts = [next];
    }
  }
  const last = parts.join('') + decoder.end();
  if (last !== '') yield last;
}
