import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DbosEngine } from '../src/index.js';

export const fleetQueue = 'goals';
export const fleetWorkflow = 'no-steps';

export interface FleetPlan {
  readonly goals: number;
  readonly stepsPerGoal: number;
  readonly workers: number;
  readonly concurrency: number;
  readonly perWorker: number;
  readonly kills: number;
  readonly leaseMs: number;
}

export interface FleetReport {
  readonly done: number;
  readonly kills: number;
  /** Steps that ran again after they had finished. */
  readonly ranTwice: number;
  /** Most goals that were worked on at one moment, by all workers. */
  readonly mostAtOnce: number;
  readonly mostInOneWorker: number;
  readonly stepsPerSecond: number;
  /** From a kill until another worker went on with a goal of the dead one. */
  readonly takeOverMs: readonly number[];
}

interface Noted {
  readonly kind: 'enter' | 'ran' | 'finished' | 'leave' | 'killed';
  readonly run: string;
  readonly step: string;
  readonly executor: string;
  readonly at: number;
}

async function startWorker(url: string, executor: string, { perWorker, leaseMs }: FleetPlan): Promise<ChildProcess> {
  const child = fork(
    path.join(import.meta.dirname, 'fleet-worker.ts'),
    [executor, String(perWorker), String(leaseMs)],
    {
      cwd: path.join(import.meta.dirname, '..'),
      env: { ...process.env, FLEET_DATABASE: url },
      execArgv: ['--conditions', '@codex-orch/source', '--import', '@swc-node/register/esm-register'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error(`The worker ${executor} did not start.`);
    }),
  ]);
  return child;
}

/** Lets workers finish goals on one database while they are killed, each replaced at once, and tells what became of the promises. */
export async function runFleet(url: string, plan: FleetPlan): Promise<FleetReport> {
  await using engine = new DbosEngine({ url, version: '1' });
  engine.defineQueue(fleetQueue, { concurrency: plan.concurrency });
  await engine.list();
  await engine.database.query(
    `CREATE TABLE fleet_log (seq bigserial, kind text, run text, step text, executor text, at timestamptz DEFAULT clock_timestamp())`,
  );
  const ids = Array.from({ length: plan.goals }, (_, n) => `goal-${String(n).padStart(4, '0')}`);
  for (const id of ids) await engine.submit(fleetWorkflow, plan.stepsPerGoal, { id, queue: fleetQueue });

  const workers = new Map<string, ChildProcess>();
  let last = 0;
  const hire = async (): Promise<void> => {
    const executor = `worker-${++last}`;
    const child = await startWorker(url, executor, plan);
    workers.set(executor, child);
    child.once('exit', () => {
      void replace(executor);
    });
  };
  let isOver = false;
  const replacements: Promise<void>[] = [];
  const replace = async (executor: string): Promise<void> => {
    workers.delete(executor);
    if (isOver) return;
    await engine.database.query(`INSERT INTO fleet_log (kind, executor) VALUES ('killed', $1)`, [executor]);
    replacements.push(hire());
  };
  try {
    await Promise.all(Array.from({ length: plan.workers }, hire));
    const ended = Promise.all(ids.map((id) => engine.result(id)));
    ended.catch(() => undefined);
    const total = plan.goals * plan.stepsPerGoal;
    for (let kill = 1; kill <= plan.kills; kill += 1) {
      const executor = await victim(engine, (total * kill) / (plan.kills + 1), workers);
      const child = workers.get(executor);
      if (!child) continue;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await ended;
    isOver = true;
    await Promise.all(replacements);
  } finally {
    isOver = true;
    for (const child of [...workers.values()]) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
  }
  const log = await engine.database.query<Noted>(
    `SELECT kind, run, step, executor, (EXTRACT(epoch FROM at) * 1000)::float8 AS at FROM fleet_log ORDER BY seq`,
  );
  return { done: (await engine.list({ status: ['done'] })).length, kills: plan.kills, ...judge(log) };
}

/** A worker that is in the middle of a goal, once so many steps have finished. */
async function victim(engine: DbosEngine, after: number, workers: ReadonlyMap<string, unknown>): Promise<string> {
  for (;;) {
    const [row] = await engine.database.query<{ finished: string; left: string; executors: string[] | null }>(
      `SELECT (SELECT count(*) FROM fleet_log WHERE kind = 'finished') AS finished,
              (SELECT count(*) FROM codex_orch.runs WHERE phase <> 'ended') AS left,
              (SELECT array_agg(DISTINCT w.executor) FROM codex_orch.runs r JOIN codex_orch.workers w ON w.launch = r.holder
               WHERE r.phase = 'held') AS executors`,
    );
    const busy = (row?.executors ?? []).filter((executor) => workers.has(executor));
    const chosen = busy[Math.floor(Math.random() * busy.length)];
    if (chosen !== undefined && Number(row?.finished) >= after) return chosen;
    if (Number(row?.left) === 0) throw new Error('All goals were done before there was anybody to kill.');
    await delay(10);
  }
}

function judge(log: readonly Noted[]): Omit<FleetReport, 'done' | 'kills'> {
  const finished = new Set<string>();
  const working = new Map<string, string>();
  const orphans = new Map<string, number>();
  const takeOverMs: number[] = [];
  let [ranTwice, mostAtOnce, mostInOneWorker] = [0, 0, 0];
  for (const { kind, run, step, executor, at } of log) {
    const key = `${run} ${step}`;
    if (kind === 'ran' && finished.has(key)) ranTwice += 1;
    if (kind === 'finished') finished.add(key);
    if (kind === 'leave') working.delete(run);
    if (kind === 'enter') {
      working.set(run, executor);
      mostAtOnce = Math.max(mostAtOnce, working.size);
      mostInOneWorker = Math.max(mostInOneWorker, [...working.values()].filter((who) => who === executor).length);
      const since = orphans.get(run);
      if (since !== undefined) takeOverMs.push(at - since);
      orphans.delete(run);
    }
    if (kind === 'killed')
      for (const [orphan, who] of working) {
        if (who !== executor) continue;
        working.delete(orphan);
        orphans.set(orphan, at);
      }
  }
  const times = log.filter(({ kind }) => kind === 'ran' || kind === 'finished').map(({ at }) => at);
  const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
  return { ranTwice, mostAtOnce, mostInOneWorker, takeOverMs, stepsPerSecond: finished.size / seconds };
}
