import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { CloudRecordDamagedError } from '@codex-orch/cloud-adapter';
import {
  hashAt,
  ifAbsent,
  makeFolder,
  makeScratchFolder,
  OrchError,
  ProcessLock,
  readRun,
  removeTree,
  type Redactor,
  resolveInside,
  type RunLocation,
  type RunRecord,
  RunStore,
} from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import { endHeldCodex } from '../codex-runtime.js';
import { readNote } from '../noted-runs.js';
import type { Notary } from '../notary.js';
import type { Orchestrator } from '../orchestrator.js';
import { codexHomeDir, workspaceDir } from '../orch-home.js';
import { isThere } from '../presence.js';
import { SnapshotDamagedError } from './errors.js';
import { isBehind, keptTasks, readTasks, writeTasks } from './kept-tasks.js';
import { getSnapshot, type KeptRun } from './run-snapshot.js';
import type { RunSnapshot, SnapshotFile } from './snapshot-format.js';
import { getFile, getFolder } from './stored-files.js';

export interface BringHereOptions {
  readonly orchestrator: Pick<Orchestrator, 'makeWorkspace' | 'release' | 'stopping'>;
  /** Root of the repository that is worked on here. */
  readonly repositoryRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly store: ArtifactStore;
  readonly redactor: Redactor;
  readonly notary: Pick<Notary, 'check' | 'recorded'>;
  readonly worker: string;
  /** Makes the directory of a run, with all that its base needs. */
  readonly makePlace: (location: RunLocation) => Promise<void>;
  /** Throws where the run, as the snapshot has it, is not to be here. */
  readonly admit?: (run: RunRecord) => void;
}

/** Whether there is a run directory, whatever is in it. */
export const hasPlace = ({ dir }: RunLocation): Promise<boolean> => isThere(dir);

/** What a run directory says; nothing where it cannot be read. */
async function readLocal(location: RunLocation): Promise<RunRecord | undefined> {
  try {
    return await readRun(location);
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return undefined;
  }
}

/** Whether the run directory that is here can be gone on with: it is the kept one, or has gone on from it. */
export async function isHere(
  location: RunLocation,
  { head }: Pick<KeptRun, 'head'>,
  { env, repositoryRoot }: Pick<BringHereOptions, 'env' | 'repositoryRoot'>,
): Promise<boolean> {
  const local = await readLocal(location);
  if (!local || hashAt(local, head.seq) !== head.hash || local.state.created?.repository !== repositoryRoot)
    return false;
  if ((await readNote(env, location.runId))?.dir !== location.dir) return false;
  return !local.state.diff || isThere(workspaceDir(env, location.runId));
}

/**
 * Whether the work of a run goes on from what is here. Not where it was brought here and nobody was told: no work was done on it since,
 * and other machines may have gone further in what its events do not say. Nor where it knows less of its tasks in Codex Cloud.
 */
export async function isNewest(
  location: RunLocation,
  kept: Pick<KeptRun, 'head' | 'cloud'>,
  options: Pick<BringHereOptions, 'env' | 'repositoryRoot'>,
): Promise<boolean> {
  if (!(await isHere(location, kept, options)) || (await hasMovedSince(location, kept))) return false;
  try {
    return !isBehind(await readTasks(location), keptTasks(location.runId, kept.cloud));
  } catch (error) {
    if (!(error instanceof CloudRecordDamagedError)) throw error;
    return false;
  }
}

/** Whether a run was brought here after what is kept of it: no other machine can know of that yet. */
async function hasMovedSince(location: RunLocation, { head }: Pick<KeptRun, 'head'>): Promise<boolean> {
  const local = await readLocal(location);
  return local?.lines.slice(head.seq).some(({ type }) => type === 'run.moved') ?? false;
}

/**
 * Brings the newest snapshot of a run here, whatever this machine has of it: its work tree, Codex's thread, and last its directory, which
 * is made beside its place and renamed into it. An older directory is kept aside, and named in the audit log.
 *
 * Throws `SnapshotDamagedError`, and `LockedError` while a process of this machine works on the older one.
 */
export async function bringHere(location: RunLocation, kept: KeptRun, options: BringHereOptions): Promise<void> {
  const { store, worker, repositoryRoot, redactor, notary } = options;
  const { runId } = location;
  const tasks = keptTasks(runId, kept.cloud);
  const snapshot = await getSnapshot(runId, kept, store);
  if (snapshot.taskId !== location.taskId) throw new SnapshotDamagedError(runId, `it is of task "${snapshot.taskId}"`);
  const stage = { ...location, dir: path.join(path.dirname(location.dir), `.${runId}.restoring`) };
  // Before anything that a process may be at work on, this one among them.
  await options.orchestrator.release(location);
  const lock = (await hasPlace(location)) ? await lockOf(location) : undefined;
  try {
    await removeTree(stage.dir);
    await options.makePlace(stage);
    await getFolder(stage.dir, snapshot.run, { runId, store });
    const run = await readWhole(stage, snapshot);
    options.admit?.(run);
    for (const approval of run.state.approvals) await notary.check(approval);
    await bringWork(location, run, snapshot, options);
    await bringThreads(snapshot, options);
    if (tasks) await writeTasks(stage, tasks);
    await using events = await RunStore.open(stage, { redactor });
    const from = { worker: snapshot.worker, repository: run.state.created?.repository ?? '' };
    await events.append(
      { type: 'run.moved', data: { from, to: { worker, repository: repositoryRoot } } },
      { actor: 'orchestrator' },
    );
  } catch (error) {
    await removeTree(stage.dir);
    await lock?.release();
    throw error;
  }
  // The lock is never given back: whoever still knew of the older directory must not go on with it.
  if (lock) await setAside(location, options);
  await rename(stage.dir, location.dir);
}

const lockOf = ({ dir, runId }: RunLocation): Promise<ProcessLock> =>
  ProcessLock.acquire(path.join(dir, 'lock'), `Run ${runId}`);

async function readWhole(stage: RunLocation, { runId, head, tree }: RunSnapshot): Promise<RunRecord> {
  let run: RunRecord | undefined;
  try {
    run = await readRun(stage);
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    throw new SnapshotDamagedError(runId, error.message, error);
  }
  if (!run || hashAt(run, head.seq) !== head.hash)
    throw new SnapshotDamagedError(runId, 'its events are not those it names');
  if (run.state.created?.runId !== runId || (run.state.diff && run.state.diff.tree !== tree?.id))
    throw new SnapshotDamagedError(runId, 'its parts do not belong together');
  return run;
}

/** Puts the work tree where the work goes on from: the recorded diff. */
async function bringWork(
  location: RunLocation,
  { state }: RunRecord,
  { runId, tree }: RunSnapshot,
  { orchestrator, store }: BringHereOptions,
): Promise<void> {
  const signal = orchestrator.stopping;
  const workspace = await orchestrator.makeWorkspace(location, state.created?.base.commit ?? '', signal);
  if (!tree) {
    await workspace.restore(workspace.baseTree, { signal });
    return;
  }
  const scratch = await makeScratchFolder('restore');
  try {
    const file = path.join(scratch, 'tree');
    await getFile(file, tree.parts, { runId, store });
    await workspace.receive(tree.id, file, { signal });
    // What was tested, reviewed and approved is a digest; a tree of another one must not be promoted under it.
    const { sha256 } = await workspace.writeDiff(tree.id, path.join(scratch, 'diff'), { signal });
    if (sha256 !== state.diff?.sha256) throw new SnapshotDamagedError(runId, 'its tree is not what its diff says');
  } catch (error) {
    const isLoss = error instanceof OrchError && !error.interrupts;
    throw isLoss ? new SnapshotDamagedError(runId, error.message, error) : error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  await workspace.restore(tree.id, { signal });
}

/** Puts Codex's threads where a Codex of this machine finds them, in place of older ones. */
async function bringThreads({ runId, codex }: RunSnapshot, { env, store }: BringHereOptions): Promise<void> {
  const home = codexHomeDir(env, runId);
  if (await isThere(home)) await endHeldCodex(home);
  await makeFolder(home, { mode: 0o700 });
  for (const thread of codex) await bringThread(home, thread, { runId, store });
}

async function bringThread(
  home: string,
  { path: relative, parts }: SnapshotFile,
  from: { readonly runId: string; readonly store: ArtifactStore },
): Promise<void> {
  const place = await resolveInside(home, relative);
  await makeFolder(path.dirname(place), { mode: 0o700 });
  await rm(`${place}.part`, { force: true });
  await getFile(`${place}.part`, parts, from);
  await rename(`${place}.part`, place);
}

/** Keeps what is in the place of a run beside it, under a name that no run has. */
async function setAside(location: RunLocation, { notary }: BringHereOptions): Promise<void> {
  const { runId, dir } = location;
  const names = await ifAbsent(readdir(path.dirname(dir)), []);
  const taken = names.filter((name) => name.startsWith(`${runId}.replaced-`)).length;
  const aside = `${dir}.replaced-${taken + 1}`;
  const sha256 = (await readLocal(location))?.manifest.head.hash ?? null;
  const subject = { kind: 'run', id: aside, sha256 };
  await notary.recorded('orchestrator', { action: 'run-replaced', runId, subject }, () => rename(dir, aside));
}
