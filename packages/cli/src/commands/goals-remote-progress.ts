import { OrchError } from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import type { FleetSeen } from '../compose/fleet-database/database-fleets.js';
import type { GoalSeen } from '../compose/fleet-database/look-at-goals.js';
import { fetchForJudge } from '../compose/fleet-database/fetched-run.js';
import type { CliContext } from '../context.js';
import { shortLine, visibleLine } from '../print/visible.js';
import { shownStanding, strandedLines } from './goals-remote-summary.js';
import { holderOf, loginWaitedFor, startWorkerLines } from './goals-remote-workers.js';
import { beforePasting, type RemoteFlags } from './remote-flags.js';

/** Tells on standard error what the goals of a database do, a line for each change, and fetches what a human is to judge. */
export class RemoteProgress {
  readonly #context: CliContext;
  readonly #flags: RemoteFlags;
  readonly #store: ArtifactStore;
  /** The last line about each goal, and which files are here. */
  readonly #told = new Map<string, string>();
  readonly #fetched = new Set<string>();
  #follows = false;
  /** What was last said about workers that are missing. */
  #missing = '';

  constructor(context: CliContext, flags: RemoteFlags, store: ArtifactStore) {
    this.#context = context;
    this.#flags = flags;
    this.#store = store;
  }

  readonly say = (line: string): void => {
    this.#context.process.stderr.write(`${visibleLine(line)}\n`);
  };

  async show(seen: FleetSeen): Promise<void> {
    const goals = new Map(seen.goals.map((one) => [one.goal.id, one]));
    this.#showWorkers(seen);
    for (const goal of seen.record.goals) {
      const { id, runId, standing, trouble, end, asks } = goal;
      const one = goals.get(id);
      if (!one && standing === 'waiting') continue;
      const what = shownStanding(seen, goal, one);
      const holder = holderOf(seen, runId);
      const worker = one?.run?.executor ?? one?.standing?.worker;
      const where = worker === undefined || what === 'queued' || what === 'decided' ? '' : ` on ${worker}`;
      const failure = trouble ?? end;
      const silence = holder && !holder.isLive ? `, which stopped answering` : '';
      const why = failure
        ? `: ${shortLine(failure.message)} [${failure.code}]`
        : asks.length > 0
          ? `, asks ${asks.join(', ')}`
          : standing === 'parked'
            ? ', waits for your approval'
            : what === 'decided'
              ? `, ${loginWaitedFor(seen, goal) ?? 'waits for a worker'}`
              : what === 'queued'
                ? prefixed(loginWaitedFor(seen, goal))
                : '';
      this.#tell(id, `${id}: ${what}${where}${silence}${why} (run ${runId})`);
    }
    await this.fetchWaiting(seen);
    const ended = seen.goals.filter(({ how }) => how === 'ended');
    // What had ended before is nobody's question any more.
    if (this.#follows) for (const one of ended) await this.#fetch(one);
    else for (const one of ended) this.#fetched.add(keyOf(one));
    this.#follows = true;
    for (const line of strandedLines(seen)) this.#tell(line, line);
  }

  /** Tells who comes and goes, and what to do where nobody is left. */
  #showWorkers(seen: FleetSeen): void {
    const { workers, queue, record } = seen;
    const live = workers.filter(({ isLive }) => isLive);
    for (const { executor, isLive, host } of workers)
      this.#tell(
        `worker ${executor}`,
        isLive
          ? `Worker ${executor} is there${host === '' ? '' : `, on ${host}`}.`
          : `Worker ${executor} stopped answering.`,
      );
    if (record.over) return;
    const lines = live.length > 0 ? [] : startWorkerLines(this.#context, this.#flags, queue);
    if (lines.join() === this.#missing) return;
    this.#missing = lines.join();
    lines.forEach(this.say);
    if (lines.length > 0) beforePasting(this.#context, this.#flags).forEach(this.say);
  }

  /** Fetches the files of what waits for a human. */
  async fetchWaiting({ goals }: FleetSeen): Promise<void> {
    for (const one of goals) if (one.how === 'waits') await this.#fetch(one);
  }

  #tell(about: string, line: string): void {
    if (this.#told.get(about) === line) return;
    this.#told.set(about, line);
    this.say(line);
  }

  async #fetch(one: GoalSeen): Promise<void> {
    const { goal, standing } = one;
    if (!standing || this.#fetched.has(keyOf(one))) return;
    this.#fetched.add(keyOf(one));
    try {
      await fetchForJudge(this.#context.process.env, standing, this.#store);
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
      // The others are followed all the same, and nobody approves what is not here.
      this.say(`${goal.id}: its files cannot be fetched: ${error.message} [${error.code}]`);
    }
  }
}

const prefixed = (text: string | undefined): string => (text === undefined ? '' : `, ${text}`);

const keyOf = ({ goal: { runId }, standing }: GoalSeen): string =>
  `${runId} ${standing?.artifacts.map(({ sha256 }) => sha256).join(' ') ?? ''}`;
