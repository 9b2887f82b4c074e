import type { SourceFile } from '../check/check-input.js';
import type { ChangeEntry } from '../git/change-entry.js';
import { textOf } from '../git/git-path.js';
import { SUPPRESSION_LINES } from '../suppression/suppression-line.js';
import { limits } from './limits.js';
import type { SourceReader } from './source-reader.js';

const MARK = 'spec-guard-disable';

/** The first lines of those changed files that suppress a rule in them. */
export async function readMarked(reader: SourceReader, entries: readonly ChangeEntry[]): Promise<SourceFile[]> {
  const marked: SourceFile[] = [];
  const present = entries.filter(({ status }) => status !== 'deleted').map((entry) => ({ path: entry.path, entry }));
  await reader.startAll(present, limits.marks, (path, start) => {
    if (!start.includes(MARK)) return;
    const text = start.toString('utf8').split('\n', SUPPRESSION_LINES).join('\n');
    if (text.includes(MARK)) marked.push({ path: textOf(path), text });
  });
  return marked.sort((a, b) => (a.path < b.path ? -1 : 1));
}
