import { isDeceptive } from '../print/visible.js';
import { addedLines } from './added-lines.js';

/** Where a diff adds characters that a reader cannot see or that reorder what is read: `file:line`, or the name of a file. */
export async function* deceptivePlaces(
  diff: Iterable<string> | AsyncIterable<string>,
  files: readonly string[],
): AsyncGenerator<string> {
  yield* files.filter((file) => isDeceptive(file) || file.includes('\n'));
  for await (const { file, line, text } of addedLines(diff)) {
    // A byte order mark may begin a file.
    if (isDeceptive(line === 1 ? text.replace(/^\ufeff/, '') : text)) yield `${file}:${line}`;
  }
}
