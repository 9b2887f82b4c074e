import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** A line without its newline, or a piece of one that is too long to be held whole. */
export interface Line {
  readonly text: string;
  /** Whether it goes on where the piece before it ended. */
  readonly isRest: boolean;
}

/** Characters that are held before a line is given in pieces. */
const maxLength = 128 * 1024;

/** How far from the end of a piece a place to cut is looked for. */
const maxStep = 1024;

/** Half a character, or one that means something only together with its neighbours. */
const joins = (code: number): boolean =>
  (code >= 0xd800 && code <= 0xdfff) || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f);

/** Where a piece may end, so that each of the two reads as it did in the whole. */
function cutOf(text: string): number {
  for (let at = text.length - 1; at > text.length - maxStep; at -= 1)
    if (!joins(text.charCodeAt(at - 1)) && !joins(text.charCodeAt(at))) return at;
  return text.length;
}

/**
 * The lines of a file, of which only a piece is held at a time. Newlines alone end a line: in a diff, all else is content.
 *
 * `onChunk` sees every byte that is read.
 */
export async function* linesOfFile(file: string, onChunk?: (chunk: Buffer) => void): AsyncGenerator<Line> {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  let isRest = false;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    onChunk?.(chunk);
    const [first = '', ...more] = decoder.write(chunk).split('\n');
    parts.push(first);
    length += first.length;
    for (const next of more) {
      yield { text: parts.join(''), isRest };
      parts = [next];
      ({ length } = next);
      isRest = false;
    }
    if (length > maxLength) {
      const text = parts.join('');
      const cut = cutOf(text);
      yield { text: text.slice(0, cut), isRest };
      parts = [text.slice(cut)];
      length -= cut;
      isRest = true;
    }
  }
  const last = parts.join('') + decoder.end();
  if (last !== '') yield { text: last, isRest };
}
