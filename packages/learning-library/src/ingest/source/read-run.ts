import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { git, OrchError, readRun, RunLayout, type RunLocation } from '@codex-orch/core';
import { parseDiff } from '../diff/parse-diff.js';
import type { ProgramReader } from '../syntax/parse-program.js';
import { assetWork } from './asset-work.js';
import type { ChangedFile, DiffOrigin, Skipped } from './changed-file.js';
import { readFileDiffs } from './read-file-diffs.js';

/** What one run changed. */
export interface RunChanges {
  readonly origin: DiffOrigin | undefined;
  readonly files: readonly ChangedFile[];
  readonly skipped: readonly Skipped[];
  /** Files of which an asset changed only a part; they count as changed by hand. */
  readonly mixed?: readonly string[] | undefined;
}

export interface ReadRunOptions {
  /** Absolute path of the repository whose `.runs` holds the run, and whose objects hold the files before. */
  readonly repositoryRoot: string;
  readonly signal?: AbortSignal | undefined;
}

/** The places of the runs that are asked for by id or the start of one, in the order they were made. Throws `UnknownRunError`. */
export async function locateRuns(
  asked: readonly string[] | 'all',
  repositoryRoot: string,
): Promise<readonly RunLocation[]> {
  const layout = new RunLayout(repositoryRoot);
  if (asked === 'all') return layout.locations();
  const found = new Map<string, RunLocation>();
  for (const id of asked) {
    const location = await layout.find(id);
    found.set(location.runId, location);
  }
  return [...found.values()].sort((a, b) => (a.runId < b.runId ? -1 : 1));
}

/**
 * Reads what a run changed from its record. A run that cannot be trusted or has no diff is skipped, and the reason told.
 *
 * Throws what git cannot do, and the signal's reason.
 */
export async function readRunChanges(
  reader: ProgramReader,
  location: RunLocation,
  { repositoryRoot, signal }: ReadRunOptions,
): Promise<RunChanges> {
  const { runId, dir } = location;
  const skip = (code: Skipped['code'], message: string): RunChanges => ({
    origin: undefined,
    files: [],
    skipped: [{ origin: runId, path: undefined, code, message }],
  });
  try {
    const run = await readRun(location);
    if (run === undefined) return skip('run-unfinished', 'it has not recorded anything yet');
    const artifact = run.state.artifacts.get('diff.patch');
    if (artifact === undefined) return skip('diff-missing', 'it has recorded no accepted diff');
    if ((artifact.secrets ?? []).length > 0)
      return skip('secret-in-diff', `its diff holds secrets: ${(artifact.secrets ?? []).join(', ')}`);
    const bytes = await readFile(path.join(dir, 'diff.patch'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== artifact.sha256) return skip('diff-altered', 'its diff is not the one that was recorded');
    const created = run.state.created;
    const origin: DiffOrigin = { kind: 'run', id: runId, sha256, at: new Date(run.manifest.createdAt) };
    const commit = created?.base.commit ?? '';
    const readBase = async (file: string): Promise<string | undefined> =>
      readBlob(commit, file, { repositoryRoot, signal });
    const diffs = parseDiff(bytes.toString('utf8'), `The diff of run ${runId}`);
    const { alone, mixed } = assetWork(run);
    const { files, skipped } = await readFileDiffs(reader, diffs, origin, readBase);
    return {
      origin,
      files: files.map((file) => (alone.has(file.path) ? { ...file, isByAsset: true } : file)),
      skipped,
      mixed: [...mixed],
    };
  } catch (error) {
    if (isMissing(error)) return skip('diff-missing', 'its diff is gone');
    if (error instanceof OrchError && /^(log-|run-corrupt|diff-syntax|ingest-limit)/.test(error.code))
      return skip('diff-altered', error.message);
    throw error;
  }
}

/** As it lies in git, without any conversion that a repository's attributes ask for. */
async function readBlob(
  commit: string,
  file: string,
  { repositoryRoot, signal }: ReadRunOptions,
): Promise<string | undefined> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  try {
    const blob = ['cat-file', 'blob', `${commit}:${file}`];
    return (await git(blob, { cwd: repositoryRoot, withUserConfig: true, signal })).toString('utf8');
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof OrchError && error.code === 'git-failed') return undefined;
    throw error;
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
