import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  ifAbsent,
  makeScratchFolder,
  maskSecretsInFiles,
  readRun,
  type Redactor,
  type RunLocation,
  type RunRecord,
  Workspace,
} from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import { codexHomeDir, workspaceDir } from '../orch-home.js';
import { type KeptRun, putSnapshot } from './run-snapshot.js';
import { isOfRun, type RunSnapshot } from './snapshot-format.js';
import { putFile, putFolder } from './stored-files.js';

export interface StoreRunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly store: ArtifactStore;
  readonly redactor: Redactor;
  readonly worker: string;
}

/**
 * Stores all that another machine needs to go on with a run that rests; undefined when the run has recorded nothing yet.
 *
 * Throws `SnapshotTooLargeError` and what the store throws.
 */
export async function storeRun(
  location: RunLocation,
  { env, store, redactor, worker }: StoreRunOptions,
): Promise<Pick<KeptRun, 'head' | 'parts'> | undefined> {
  const run = await readRun(location);
  if (!run) return undefined;
  const { runId, taskId, state } = run;
  const { seq, hash } = run.manifest.head;
  const scratch = await makeScratchFolder('keep');
  try {
    let tree: RunSnapshot['tree'] = null;
    if (state.diff) {
      const file = path.join(scratch, 'tree');
      await (await Workspace.open(workspaceDir(env, runId))).carry(state.diff.tree, file);
      tree = { id: state.diff.tree, parts: await putFile(file, store) };
    }
    const threads = path.join(scratch, 'codex');
    await copyThreads(codexHomeDir(env, runId), threads, run);
    await maskSecretsInFiles(threads, redactor);
    const snapshot: RunSnapshot = {
      schemaVersion: 1,
      runId,
      taskId,
      worker,
      head: { seq, hash },
      run: await putFolder(location.dir, store, isOfRun),
      codex: await putFolder(threads, store),
      tree,
    };
    return { head: snapshot.head, parts: await putSnapshot(snapshot, store) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Copies the threads that the run may go on with: Codex keeps each in a file that has its id in its name. */
async function copyThreads(home: string, to: string, { state }: RunRecord): Promise<void> {
  const ids = [state.build?.threadId, ...state.elevations.map(({ request }) => request.threadId)];
  const wanted = ids.flatMap((id) => (id === undefined || id === '' ? [] : [id]));
  const sessions = path.join(home, 'sessions');
  const names = wanted.length === 0 ? [] : await ifAbsent(readdir(sessions, { recursive: true }), []);
  for (const name of names) {
    if (!name.endsWith('.jsonl') || !wanted.some((id) => path.basename(name).includes(id))) continue;
    const copy = path.join(to, 'sessions', name);
    await mkdir(path.dirname(copy), { recursive: true });
    await copyFile(path.join(sessions, name), copy);
  }
}
