import type { CheckedCommit } from '../check/check-input.js';
import { type GitPath, splitNul } from './git-path.js';
import { git, type GitOptions } from '@codex-orch/core';
import type { TreeEntry } from './tree.js';

/** So many commits are looked at, the newest: an override in an older one does not count. */
const MAX_COMMITS = 20_000;

const fields = ['%H', '%an', '%ae', '%at', '%B'];

/**
 * The commits that `head` has and `base` has not, the newest first; without a base, all of them.
 *
 * Git ends a message at its first NUL, so none can forge another commit.
 */
export async function commitsBetween(
  base: string | undefined,
  head: string,
  options: GitOptions,
): Promise<CheckedCommit[]> {
  const output = await git(
    [
      'log',
      '-z',
      '--no-color',
      '--no-show-signature',
      '--no-notes',
      '--no-mailmap',
      '--no-decorate',
      '--encoding=UTF-8',
      `--max-count=${MAX_COMMITS}`,
      `--format=tformat:${fields.join('%n')}`,
      '--end-of-options',
      base === undefined ? head : `${base}..${head}`,
      '--',
    ],
    options,
  );
  return output.toString('utf8').split('\0').slice(0, -1).map(parseCommit);
}

function parseCommit(record: string): CheckedCommit {
  const [id = '', name = '', email = '', at = ''] = record.split('\n', 4);
  const message = record.split('\n').slice(4).join('\n');
  return { id, author: { name, email }, at: Number(at) * 1000, message };
}

/** One file of a commit, before and after it; the mode `000000` where there is none. */
export interface FileChange {
  readonly path: GitPath;
  readonly before: TreeEntry;
  readonly after: TreeEntry;
}

/** What each commit changed below a folder, against its first parent. A renamed file is a deleted and an added one. */
export async function fileChangesOf(
  commits: readonly string[],
  folder: string,
  options: GitOptions,
): Promise<ReadonlyMap<string, readonly FileChange[]>> {
  const output = await git(
    [
      'diff-tree',
      '--stdin',
      '--root',
      '-r',
      '-z',
      '--raw',
      '--no-abbrev',
      '--no-renames',
      '--diff-merges=first-parent',
      '--',
      folder,
    ],
    { ...options, input: commits.map((id) => `${id}\n`).join('') },
  );
  const changes = new Map<string, FileChange[]>();
  let own: FileChange[] = [];
  const fields = splitNul(output);
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at] ?? '';
    if (!field.startsWith(':')) {
      own = [];
      changes.set(field.trim(), own);
      continue;
    }
    const [beforeMode = '', afterMode = '', beforeId = '', afterId = ''] = field.slice(1).split(' ');
    at += 1;
    const path = fields[at] ?? ('' as GitPath);
    own.push({ path, before: { mode: beforeMode, id: beforeId }, after: { mode: afterMode, id: afterId } });
  }
  return changes;
}
