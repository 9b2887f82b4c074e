import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ChangedLines, TreeHistory } from '../workspace/tree-history.js';
import { minimalLines } from './minimal-lines.js';

/** How much of a change was needed. */
export interface Churn {
  readonly added: number;
  readonly removed: number;
  /** See {@link minimalLines}. */
  readonly minimal: number;
  /** Changed lines for each of the minimal ones; null where there are none. */
  readonly ratio: number | null;
}

/** @param tree holds the changed files as they are after the change */
export async function measureChurn(
  tree: string,
  history: Pick<TreeHistory, 'contents'>,
  changed: readonly ChangedLines[],
): Promise<Churn> {
  const before = await history.contents(changed.flatMap((file) => file.before ?? []));
  let [added, removed, minimal, at] = [0, 0, 0, 0];
  for (const file of changed) {
    added += file.added;
    removed += file.removed;
    const old = file.before === undefined ? undefined : before[at++];
    const now = await readFile(path.join(tree, file.path), 'utf8').catch(() => '');
    minimal += minimalLines(old?.toString('utf8') ?? '', now, file.hunks);
  }
  return { added, removed, minimal, ratio: minimal === 0 ? null : (added + removed) / minimal };
}
