import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Repository } from '@codex-orch/core';
import type { ApplicationFile, ApplicationRecord } from './application.js';
import { createApplication, saveApplication } from './application-folder.js';
import type { PlannedChanges } from './plan-changes.js';
import { replaceFile } from './replace-file.js';
import type { Progress } from './result.js';
import { sha256Of } from './sha256.js';

/** Between two looks at the signal. */
const FILES_AT_ONCE = 16;

/** Writes the record of an application, then the files, then how it went. Once a file is in its place, the signal no longer throws. */
export async function writeChanges(
  repository: Pick<Repository, 'root' | 'gitDir'>,
  start: Omit<ApplicationRecord, 'files' | 'patch'>,
  changes: PlannedChanges,
  {
    signal,
    onProgress,
  }: { readonly signal?: AbortSignal | undefined; readonly onProgress?: ((progress: Progress) => void) | undefined },
): Promise<ApplicationRecord> {
  const { reversePatch, contents } = changes;
  const patch = { path: 'reverse.patch' as const, sha256: sha256Of(reversePatch), bytes: reversePatch.length };
  const record = { ...start, patch, files: [...changes.files] } as ApplicationRecord;
  signal?.throwIfAborted();
  await createApplication(repository, record, reversePatch);

  const files: ApplicationFile[] = [...changes.files];
  const total = files.length;
  let done = 0;
  for (; done < total; done += 1) {
    if (done % FILES_AT_ONCE === 0) {
      onProgress?.({ phase: 'writing', done, total, changed: total });
      await nextTurn();
    }
    if (signal?.aborted === true) break;
    const file = files[done];
    const content = contents[done];
    if (file === undefined || content === undefined) continue;
    const outcome = replaceFile(repository.root, file.path, {
      expected: file.before.sha256,
      content,
      applicationId: record.id,
    });
    files[done] = { ...file, outcome };
  }
  const final = { ...record, files, state: done < total ? ('interrupted' as const) : ('applied' as const) };
  await saveApplication(repository.root, final);
  onProgress?.({ phase: 'writing', done, total, changed: total });
  return final;
}
