import type { GitOptions } from '@codex-orch/core';
import type { CheckedCommit } from '../check/check-input.js';
import type { ChangeEntry } from '../git/change-entry.js';
import { type FileChange, fileChangesOf } from '../git/commits.js';
import { textOf } from '../git/git-path.js';
import { contentSha256 } from '../spec/content.js';
import { limits } from './limits.js';
import type { SourceReader } from './source-reader.js';

interface SpecHistory {
  /** The specs folder, with a slash at its end. */
  readonly folder: string;
  readonly reader: SourceReader;
  readonly git: GitOptions;
}

/**
 * Adds to each commit which specs it changed in content. Only specs that the whole change touches are told: of others nobody is
 * the author in it.
 */
export async function withChangedSpecs(
  commits: readonly CheckedCommit[],
  entries: readonly ChangeEntry[],
  { folder, reader, git }: SpecHistory,
): Promise<readonly CheckedCommit[]> {
  const touched = new Set(entries.map(({ path }) => path).filter((path) => textOf(path).startsWith(folder)));
  if (commits.length === 0) return commits;
  if (touched.size === 0) return commits.map((commit) => ({ ...commit, changedSpecs: [] }));
  const ids = commits.map(({ id }) => id);
  const changes = await fileChangesOf(ids, folder.replace(/\/$/, ''), git);
  return Promise.all(
    commits.map(async (commit) => {
      const own = (changes.get(commit.id) ?? []).filter(({ path }) => touched.has(path));
      const differs = await Promise.all(own.map((change) => differsInContent(change, reader)));
      return { ...commit, changedSpecs: own.filter((_, at) => differs[at]).map(({ path }) => textOf(path)) };
    }),
  );
}

async function differsInContent({ path, before, after }: FileChange, reader: SourceReader): Promise<boolean> {
  const [old, young] = await Promise.all([before, after].map((entry) => reader.read(path, entry, limits.spec)));
  // What was not there, or is no text, has no content that could be the same.
  if (!old || !young || old.irregular || young.irregular) return true;
  return contentSha256(old.text) !== contentSha256(young.text);
}
