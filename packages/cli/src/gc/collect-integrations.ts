import { lstat } from 'node:fs/promises';
import path from 'node:path';
import {
  git,
  isTerminal,
  LockedError,
  openRepository,
  OrchError,
  ProcessLock,
  readRun,
  removeTree,
  type RunLocation,
  type RunRecord,
} from '@codex-orch/core';
import {
  awaitsApproval,
  CommitsUnreachableError,
  decisionOn,
  deleteOnceReachable,
  IntegrationLayout,
  type IntegrationRecord,
  isHeld,
  readIntegration,
} from '@codex-orch/core/integration';
import { ArrivalsByRepository } from '../compose/integration/arrivals.js';
import {
  integrationCodexHome,
  integrationPlace,
  integrationWorkspace,
  placedIntegrations,
  repositoryOfIntegration,
} from '../compose/integration/integration-place.js';
import { runLayout } from '../compose/noted-runs.js';
import type { Garbage, GarbageOptions, Removed } from './collect-garbage.js';
import { isThere } from '../compose/presence.js';
import { removeRecorded } from './remove-recorded.js';

/** An integration that left something here, and its record where that is still there. */
interface Left {
  readonly id: string;
  readonly repository: string;
  /** The folder of its record, whether or not it is there. */
  readonly dir: string;
}

/**
 * Removes what integrations left outside of their repositories, and where asked their records. None goes that is not finished, that
 * waits for a human, or that has a commit which no ref of its repository reaches.
 *
 * Each removal is in the audit log before it begins. Throws `AuditUnavailableError`.
 */
export async function collectIntegrations(options: GarbageOptions): Promise<Garbage> {
  const removed: Removed[] = [];
  const kept: { runId: string; why: string }[] = [];
  const known: Left[] = [];
  for (const id of await placedIntegrations(options.env)) {
    const repository = await repositoryOfIntegration(options.env, id);
    if (repository === undefined) kept.push({ runId: id, why: 'it is not known to which repository it belongs' });
    else known.push({ id, repository, dir: new IntegrationLayout(repository).folderOf(id) });
  }
  const newest = newestOf(known, options.keep);
  await using arrivals = new ArrivalsByRepository(options.env);
  for (const left of known) {
    try {
      const why = newest.has(left.id) ? 'it is one of the newest' : await collect(left, options, arrivals, removed);
      if (why !== undefined) kept.push({ runId: left.id, why });
    } catch (error) {
      if (!(error instanceof LockedError || error instanceof CommitsUnreachableError)) throw error;
      kept.push({ runId: left.id, why: error.message });
    }
  }
  return { removed, masked: [], kept };
}

function newestOf(known: readonly Left[], keep: number): ReadonlySet<string> {
  if (keep === 0) return new Set();
  const repositories = [...new Set(known.map(({ repository }) => repository))];
  return new Set(
    repositories.flatMap((root) =>
      known
        .filter(({ repository }) => repository === root)
        .map(({ id }) => id)
        .sort()
        .slice(-keep),
    ),
  );
}

/** Removes what can go of one integration; why it stays, where it does. */
async function collect(
  left: Left,
  options: GarbageOptions,
  arrivals: ArrivalsByRepository,
  removed: Removed[],
): Promise<string | undefined> {
  const { id, repository, dir } = left;
  const { env, runsOf } = options;
  let lock: ProcessLock | undefined;
  try {
    const hasRecord = await isThere(dir);
    if (hasRecord) lock = await ProcessLock.acquire(path.join(dir, 'lock'), `Integration ${id}`);
    const record = hasRecord ? await readIntegration(dir) : undefined;
    const why = await whyKept(left, hasRecord, record, options);
    if (why !== undefined) return why;

    const isWhole = !hasRecord || runsOf === repository;
    const needed = isWhole && record ? await whyNeeded(record, options, arrivals) : undefined;
    const targets: Pick<Removed, 'kind' | 'runId' | 'path'>[] =
      isWhole && needed === undefined
        ? [
            ...(hasRecord ? [{ kind: 'integration-record', runId: id, path: dir } as const] : []),
            { kind: 'integration', runId: id, path: integrationPlace(env, id) },
          ]
        : [integrationWorkspace(env, id), integrationCodexHome(env, id)].map((file) => ({
            kind: 'integration' as const,
            runId: id,
            path: file,
          }));
    await onceReachable(left, record, env, async () => {
      // A half-made work tree is of no use to anybody.
      if (!options.dryRun) await removeTree(`${integrationWorkspace(env, id)}.partial`);
      for (const target of targets) {
        if (!(await isThere(target.path))) continue;
        removed.push(await removeRecorded(target, options));
        // The lock goes with the record.
        if (target.kind === 'integration-record' && !options.dryRun) lock = undefined;
      }
    });
    return needed;
  } catch (error) {
    if (error instanceof CommitsUnreachableError) return error.message;
    if (error instanceof LockedError || (error instanceof OrchError && error.code === 'audit-unavailable')) throw error;
    if (error instanceof OrchError) return `it is damaged: ${error.message}`;
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    return `it cannot be looked at: ${message}`;
  } finally {
    await lock?.release();
  }
}

async function whyKept(
  { id, repository }: Left,
  hasRecord: boolean,
  record: IntegrationRecord | undefined,
  { env, olderThanMs = 0, resumableMs }: GarbageOptions,
): Promise<string | undefined> {
  const now = Date.now();
  const changed = record ? Date.parse(record.updatedAt) : (await lstat(integrationPlace(env, id))).mtimeMs;
  if (!hasRecord)
    // A repository on a disk that is not mounted looks like one that was deleted.
    return changed <= now - resumableMs || (await isThere(repository))
      ? undefined
      : `its repository ${repository} is not there`;
  if (changed > now - olderThanMs) return 'it is not old enough';
  if (record?.state === 'running' && changed > now - resumableMs) return 'it can be resumed';
  if (record && awaitsApproval(record)) return 'it waits for an approval';
  // A process that was killed after the decision has not moved the branch.
  return record && record.held !== null && decisionOn(record) === 'approved'
    ? 'its approved branch was not moved yet'
    : undefined;
}

/**
 * What a conflict is about stands in the record alone, and so does which run mends it and which commit stands for a run: it stays until the
 * work of each is held one way or the other, the run that was to mend it ended otherwise than done, or one of the two is not there any more.
 */
async function whyNeeded(
  { repository, runs }: IntegrationRecord,
  { env }: GarbageOptions,
  arrivals: ArrivalsByRepository,
): Promise<string | undefined> {
  const locations = await runLayout(env, repository).locations();
  const placeOf = (id: string): RunLocation | undefined => locations.find(({ runId }) => runId === id);
  const read = async (runId: string): Promise<RunRecord | undefined> => {
    const location = placeOf(runId);
    return location && readRun(location).catch(() => undefined);
  };
  let needed: string | undefined;
  for (const { runId, outcome, followUp } of runs) {
    if (!placeOf(runId)) continue;
    const run = await read(runId);
    const where = run && (await arrivals.whereabouts(repository, run));
    // Which commit stands for a run is asked again as long as that is there.
    if (where && where.how !== 'applied' && (outcome === 'integrated' || outcome === 'already-there'))
      needed ??= `run ${runId}, which it integrated, is still there${isHeld(where) ? '' : ', and not merged yet'}`;
    if (outcome !== 'conflict' || (where && isHeld(where))) continue;
    if (followUp === null) return `run ${runId}, which conflicts, was not handed to a builder yet`;
    const mending = await read(followUp);
    if (!mending) continue;
    if (!isTerminal(mending.state.phase)) return `run ${followUp}, which mends a conflict of it, is not finished`;
    if (mending.state.phase === 'done') return `run ${followUp}, which mended a conflict of it, is not merged yet`;
  }
  return needed;
}

/** Acts once each commit of an integration can be reached from a ref of its repository. Throws `CommitsUnreachableError`. */
async function onceReachable(
  { id, repository: root }: Left,
  record: IntegrationRecord | undefined,
  env: GarbageOptions['env'],
  act: () => Promise<void>,
): Promise<void> {
  const gitDir = path.join(integrationWorkspace(env, id), 'git');
  // Without its work tree there is nothing left to lose, and without its repository nothing that could be read.
  if (!(await isThere(gitDir)) || !(await isThere(root))) return act();
  const refs = await git(['for-each-ref', '--format=%(objectname)'], { cwd: gitDir, gitDir });
  const commits = [
    ...refs.toString('utf8').split('\n').filter(Boolean),
    ...(record?.runs ?? []).flatMap(({ commit }) => commit ?? []),
  ];
  await deleteOnceReachable(
    { what: `The work tree of integration ${id}`, repository: await openRepository(root), commits },
    act,
  );
}
