import { OrchError } from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import type { FleetSeen } from '../compose/fleet-database/database-fleets.js';
import type { GoalSeen } from '../compose/fleet-database/look-at-goals.js';
import { fetchForJudge } from '../compose/fleet-database/fetched-run.js';
import type { CliContext } from '../context.js';
import { visibleLine } from '../print/visible.js';
import { strandedLines } from './goals-remote-summary.js';

/** Tells on standard error what the goals of a database do, a line for each change, and fetches what a human is to judge. */
export class RemoteProgress {
  readonly #context: CliContext;
  readonly #store: ArtifactStore;
  /** The last line about each goal, and which files are here. */
  readonly #told = new Map<string, string>();
  readonly #fetched = new Set<string>();
  #follows = false;

  constructor(context: CliContext, store: ArtifactStore) {
    this.#context = context;
    this.#store = store;
  }

  readonly say = (line: string): void => {
    this.#context.process.stderr.write(`${visibleLine(line)}\n`);
  };

  async show(seen: FleetSeen): Promise<void> {
    const goals = new Map(seen.goals.map((one) => [one.goal.id, one]));
    for (const goal of seen.record.goals) {
      const { id, standing, trouble, end, asks } = goal;
      const one = goals.get(id);
      const worker = one?.run?.executor ?? one?.standing?.worker;
      const where = worker === undefined || standing === 'waiting' ? '' : ` on ${worker}`;
      const failure = trouble ?? end;
      const why = failure
        ? `: ${failure.message} [${failure.code}]`
        : asks.length > 0
          ? `, asks ${asks.join(', ')}`
          : '';
      const what = standing === 'running' && worker === undefined ? 'stands in line' : standing;
      if (standing !== 'waiting') this.#tell(id, `${id}: ${what}${where}${why}`);
    }
    await this.fetchWaiting(seen);
    const ended = seen.goals.filter(({ how }) => how === 'ended');
    // What had ended before is nobody's question any more.
    if (this.#follows) for (const one of ended) await this.#fetch(one);
    else for (const one of ended) this.#fetched.add(keyOf(one));
    this.#follows = true;
    for (const line of strandedLines(seen)) this.#tell(line, line);
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
      this.say(`${goal.id}: its files cannot be had: ${error.message} [${error.code}]`);
    }
  }
}

const keyOf = ({ goal: { runId }, standing }: GoalSeen): string =>
  `${runId} ${standing?.artifacts.map(({ sha256 }) => sha256).join(' ') ?? ''}`;
