import { isDeceptive } from '../print/visible.js';
import { addedLines } from './added-lines.js';
import type { Line } from './lines.js';

/** Where a diff adds characters that a reader cannot see or that reorder what is read: `file:line`, or the name of a file. */
export async function* deceptivePlaces(
  diff: Iterable<Line> | AsyncIterable<Line>,
  files: readonly string[],
): AsyncGenerator<string> {
  yield* files.filter((file) => isDeceptive(file) || file.includes('\n'));
  let told = '';
  for await (const { file, line, text, isRest } of addedLines(diff)) {
    const place = `${file}:${line}`;
    // A byte order mark may begin a file.
    const isBad = isDeceptive(line === 1 && !isRest ? text.replace(/^\ufeff/, '') : text);
    if (isBad && place !== told) yield (told = place);
  }
}
