import type { ChangeEntry, LineCounts } from '../git/change-entry.js';
import type { SourceReader } from './source-reader.js';

/** Adds the lines of files that git does not track, and so does not count. */
export async function withUntrackedLines(
  counts: LineCounts,
  entries: readonly ChangeEntry[],
  reader: SourceReader,
): Promise<LineCounts> {
  const untracked = entries.filter(({ id, mode, status }) => status === 'added' && id === '' && mode.startsWith('100'));
  const counted = await Promise.all(untracked.map(async ({ path }) => [path, await reader.countLines(path)] as const));
  const all = new Map(counts);
  for (const [path, addedLines] of counted)
    if (addedLines !== undefined) all.set(path, { addedLines, removedLines: 0 });
  return all;
}
