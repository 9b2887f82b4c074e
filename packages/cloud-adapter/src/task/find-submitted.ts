import type { CloudCli } from '../cli/cloud-cli.js';
import type { ListedTask } from '../cli/task-status.js';
import { CloudSubmissionUnclearError } from './errors.js';
import type { CloudTurn } from './record.js';

export interface FindOptions {
  readonly cli: CloudCli;
  readonly signal?: AbortSignal | undefined;
  readonly claimed?: (() => Promise<ReadonlySet<string>>) | undefined;
}

/** Clocks differ: a task that seems this much older than the intent, in milliseconds, may still be its task. */
const skewMs = 10 * 60_000;

/** Of twenty tasks each. */
const maxPages = 10;

/** What an intended task's title may show of another's. */
const otherMarker = /codex-orch-[0-9a-f-]{36}/;

/**
 * The task of a turn whose submission was cut off; undefined when there is none.
 *
 * A title that has the marker proves it. Codex Cloud may give a task a title of its own words, though: then any task that is new since
 * the intent, in this environment and of no other run, may be it. Throws {@link CloudSubmissionUnclearError} rather than guess.
 */
export async function findSubmitted(
  turn: CloudTurn,
  { cli, signal, claimed }: FindOptions,
): Promise<string | undefined> {
  if (!cli.capabilities.listJson) throw new CloudSubmissionUnclearError([]);
  const since = Date.parse(turn.intendedAt) - skewMs;
  const recent = await tasksSince(since, cli, signal);
  const marked = recent.find(({ title }) => title.includes(turn.marker));
  if (marked) return marked.id;
  const before = new Set(turn.tasksBefore ?? []);
  const others = (await claimed?.()) ?? new Set();
  const candidates = recent.filter(
    (task) =>
      Date.parse(task.updatedAt) >= since &&
      !before.has(task.id) &&
      !others.has(task.id) &&
      !otherMarker.test(task.title) &&
      isIn(turn.environment, task),
  );
  if (candidates.length > 0) throw new CloudSubmissionUnclearError(candidates);
  return undefined;
}

/** A task that does not say where it is worked on may be anywhere; one that only says a label may be in an environment named by id. */
function isIn(environment: string, { environmentId, environmentLabel }: ListedTask): boolean {
  const named = [environmentId, environmentLabel].filter((name) => name !== null);
  const isLabel = environment.includes('/') || environment.includes(' ');
  if (named.length === 0 || (!isLabel && environmentId === null)) return true;
  return named.some((name) => name.toLowerCase() === environment.toLowerCase());
}

async function tasksSince(since: number, cli: CloudCli, signal: AbortSignal | undefined): Promise<ListedTask[]> {
  const found: ListedTask[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const { tasks, cursor: next } = await cli.list({ cursor }, { signal });
    found.push(...tasks);
    const oldest = tasks.at(-1);
    if (next === null || !oldest || Date.parse(oldest.updatedAt) < since) break;
    cursor = next;
  }
  return found;
}
