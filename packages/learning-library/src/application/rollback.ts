import { rm } from 'node:fs/promises';
import path from 'node:path';
import { openRepository } from '@codex-orch/core';
import { type ApplicationFile, type ApplicationRecord } from './application.js';
import { readApplication, readReversePatch, saveApplication } from './application-folder.js';
import { lockApplications } from './applications-lock.js';
import { ApplicationCorruptError, RollbackConflictError } from './errors.js';
import { applyFilePatch } from './patch.js';
import { draftOf, readPlain, replaceFile } from './replace-file.js';
import { sha256Of } from './sha256.js';

export interface RollbackOptions {
  /** A folder of the repository. */
  readonly root: string;
  /** An id, the start of one, or `latest`. */
  readonly application: string;
  /** Restore what can be restored although other files have changed since. */
  readonly rest?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a rollback did. Paths are relative to the repository's root. */
export interface Rollback {
  readonly id: string;
  readonly restored: readonly string[];
  /** They had their old content already. */
  readonly untouched: readonly string[];
  /** Changed since the application, and left as they are. */
  readonly changedSince: readonly string[];
}

/**
 * Takes an application back: every file that still has what it wrote gets the content that it had before, byte by byte.
 *
 * Also works where the application was killed half-way, and can be repeated. Throws {@link RollbackConflictError} where files have changed since and
 * `rest` was not asked for, {@link ApplicationCorruptError}, `UnknownApplicationError` and `LockedError`.
 */
export async function rollbackApplication({
  root,
  application,
  rest = false,
  signal,
}: RollbackOptions): Promise<Rollback> {
  const repository = await openRepository(root, { signal });
  await using _lock = await lockApplications(repository);
  const record = await readApplication(repository.root, application);
  const patch = await readReversePatch(repository.root, record);
  const plan = record.files.map((file) => planFile(repository.root, record, patch, file));
  const conflicts = plan.filter(({ state }) => state === 'changed').map(({ file }) => file.path);
  if (conflicts.length > 0 && !rest) throw new RollbackConflictError(record.id, conflicts);

  signal?.throwIfAborted();
  const restored: string[] = [];
  const changedSince = [...conflicts];
  for (const { file, content } of plan) {
    await rm(draftOf(path.join(repository.root, file.path), record.id), { force: true });
    if (content === undefined) continue;
    const expected = file.after.sha256;
    const done = replaceFile(repository.root, file.path, { expected, content, applicationId: record.id });
    (done === 'written' ? restored : changedSince).push(file.path);
  }
  const state = changedSince.length === 0 ? 'rolled-back' : 'partly-rolled-back';
  await saveApplication(repository.root, { ...record, state });
  const untouched = plan.filter(({ state: now }) => now === 'before').map(({ file }) => file.path);
  return { id: record.id, restored, untouched, changedSince };
}

interface FilePlan {
  readonly file: ApplicationFile;
  readonly state: 'before' | 'after' | 'changed';
  /** What to put back. */
  readonly content?: Buffer | undefined;
}

/** All of it is worked out, and found to be right, before anything is written. */
function planFile(root: string, { id }: ApplicationRecord, patch: Buffer, file: ApplicationFile): FilePlan {
  const now = readPlain(root, file.path)?.content;
  const digest = now === undefined ? undefined : sha256Of(now);
  if (digest === file.before.sha256) return { file, state: 'before' };
  // What was never written cannot have been changed since.
  if (file.outcome === 'changed-meanwhile' || file.outcome === 'not-writable') return { file, state: 'before' };
  if (now === undefined || digest !== file.after.sha256) return { file, state: 'changed' };
  const content = applyFilePatch(patch.subarray(file.patch.start, file.patch.end), now);
  if (content === undefined || sha256Of(content) !== file.before.sha256)
    throw new ApplicationCorruptError(`The reverse patch of ${id}`, `it does not lead to what ${file.path} was before`);
  return { file, state: 'after', content };
}
