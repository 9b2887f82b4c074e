import type { ResolvedConfig } from '../config/config.js';
import type { Limits } from '../goal/events.js';
import type { GoalEntry, GoalsFile } from './goals-file.js';
import { findOverlaps, type PathOverlap } from './overlaps.js';
import { planDigest } from './signed-plan.js';

/** What the registry says about where a task is to be worked on. */
export interface TaskExecution {
  readonly parallel?: boolean | undefined;
  readonly requiresCloud?: boolean | undefined;
}

export interface PlanGoalsOptions {
  readonly config: Pick<ResolvedConfig, 'codex' | 'limits'>;
  /** How many goals are worked on at the same time on this machine. */
  readonly concurrency: number;
  /** By the id of the task; a task that is missing says nothing. */
  readonly tasks?: ReadonlyMap<string, TaskExecution> | undefined;
  /** The tracked files of the repository, to find what goals have in common. */
  readonly tracked?: readonly string[] | undefined;
  /** Where goals in the cloud are built that name no environment. */
  readonly environment?: string | null | undefined;
}

/** One goal as it would be worked on. */
export interface PlannedGoal {
  /** From 1: the order in which goals begin when each takes as long as it may. */
  readonly order: number;
  readonly id: string;
  readonly goal: string;
  readonly task: string | null;
  readonly mode: 'local' | 'cloud';
  readonly why: string;
  /** From 1, on this machine; null in the cloud. */
  readonly lane: number | null;
  readonly environment: string | null;
  readonly attempts: number;
  /** Of Codex on this machine; null in the cloud, where the environment decides. */
  readonly sandbox: ResolvedConfig['codex']['sandbox'] | null;
  readonly approvalPolicy: ResolvedConfig['codex']['approvalPolicy'] | null;
  readonly budget: Limits;
  readonly after: readonly string[];
}

/** What would be done about a goals file; making it starts nothing. */
export interface GoalsPlan {
  /** Of everything that decides what is done: an approval of a plan is bound to it. */
  readonly sha256: string;
  readonly concurrency: number;
  readonly goals: readonly PlannedGoal[];
  readonly overlaps: readonly PathOverlap[];
  /** What the file says and nothing comes of, in words. */
  readonly warnings: readonly string[];
  /** The most that all goals may use together. */
  readonly budget: Pick<Limits, 'tokens' | 'turns'> & {
    /** How long it takes when each goal takes as long as it may. */
    readonly minutes: number;
  };
}

/** Plans a goals file. Pure: the same input gives the same plan. */
export function planGoals(file: GoalsFile, options: PlanGoalsOptions): GoalsPlan {
  const { config, concurrency, tracked = [] } = options;
  const chosen = file.goals.map((entry) => ({ entry, ...choose(entry, file.defaults ?? {}, options) }));
  const { starts, minutes } = schedule(chosen, concurrency);
  const goals = chosen
    .map(({ entry, mode, why, environment, attempts, budget }, index) => ({
      start: starts[index] ?? { at: 0, lane: null, turn: index },
      planned: {
        id: entry.id,
        goal: entry.goal,
        task: entry.task ?? null,
        mode,
        why,
        lane: starts[index]?.lane ?? null,
        environment,
        attempts,
        sandbox: mode === 'cloud' ? null : config.codex.sandbox,
        approvalPolicy: mode === 'cloud' ? null : config.codex.approvalPolicy,
        budget,
        after: entry.depends_on ?? [],
      },
    }))
    .sort((a, b) => a.start.turn - b.start.turn)
    .map(({ planned }, index) => ({ order: index + 1, ...planned }));
  const precedes = transitive(file.goals);
  const plan = {
    concurrency,
    goals,
    overlaps: findOverlaps(
      file.goals.map(({ id, paths = [] }) => ({ id, paths })),
      tracked,
      (one, other) => precedes.get(other)?.has(one) ?? false,
    ),
    warnings: chosen.flatMap(({ entry, mode, why }) => unheeded(entry, mode, why)),
    budget: {
      tokens: sum(chosen, ({ budget, attempts }) => budget.tokens * attempts),
      turns: sum(chosen, ({ budget, attempts }) => budget.turns * attempts),
      minutes,
    },
  };
  return { sha256: planDigest(plan), ...plan };
}

interface Chosen {
  readonly entry: GoalEntry;
  readonly mode: 'local' | 'cloud';
  readonly why: string;
  readonly environment: string | null;
  readonly attempts: number;
  readonly budget: Limits;
}

function choose(
  entry: GoalEntry,
  defaults: NonNullable<GoalsFile['defaults']>,
  { config, tasks, environment }: PlanGoalsOptions,
): Omit<Chosen, 'entry'> {
  const { mode, why } = chooseMode(entry, defaults, entry.task === undefined ? undefined : tasks?.get(entry.task));
  const isCloud = mode === 'cloud';
  return {
    mode,
    why,
    environment: isCloud ? (entry.environment ?? defaults.environment ?? environment ?? null) : null,
    attempts: isCloud ? (entry.attempts ?? defaults.attempts ?? 1) : 1,
    budget: { ...config.limits, ...defined(defaults.budget), ...defined(entry.budget) },
  };
}

function chooseMode(
  entry: GoalEntry,
  defaults: NonNullable<GoalsFile['defaults']>,
  task: TaskExecution | undefined,
): { mode: 'local' | 'cloud'; why: string } {
  // What a task cannot do without outranks what is said about it.
  if (task?.requiresCloud === true) return { mode: 'cloud', why: `task ${entry.task ?? ''} requires it` };
  const said = entry.mode ?? defaults.mode ?? 'auto';
  if (said !== 'auto')
    return { mode: said, why: entry.mode === undefined ? 'the defaults say so' : 'the goal says so' };
  if (task?.parallel === true) return { mode: 'cloud', why: `task ${entry.task ?? ''} is to run in parallel` };
  return { mode: 'local', why: 'nothing asks for the cloud' };
}

/** What only Codex Cloud could heed. */
function unheeded({ id, environment, attempts }: GoalEntry, mode: Chosen['mode'], why: string): readonly string[] {
  const said = [
    ...(environment === undefined ? [] : [`environment ${JSON.stringify(environment)}`]),
    ...(attempts === undefined || attempts === 1 ? [] : [`attempts ${attempts}`]),
  ];
  return mode === 'cloud' || said.length === 0
    ? []
    : [`"${id}" is worked on here, as ${why}: nothing comes of its ${said.join(' and ')} without \`mode: cloud\``];
}

interface Start {
  readonly at: number;
  readonly lane: number | null;
  /** Counts the goals in the order in which they begin. */
  readonly turn: number;
}

/** When each goal begins if all take as long as they may: who is ready first goes first, then who stands first in the file. */
function schedule(goals: readonly Chosen[], concurrency: number): { starts: (Start | undefined)[]; minutes: number } {
  const starts = new Array<Start | undefined>(goals.length).fill(undefined);
  const ends = new Map<string, number>();
  const lanes = new Array<number>(concurrency).fill(0);
  let now = 0;
  for (let turn = 0; turn < goals.length;) {
    let began = false;
    for (const [index, { entry, mode, budget }] of goals.entries()) {
      if (starts[index] !== undefined) continue;
      if (!(entry.depends_on ?? []).every((needed) => (ends.get(needed) ?? Infinity) <= now)) continue;
      const lane = mode === 'cloud' ? null : lanes.findIndex((freeAt) => freeAt <= now);
      if (lane === -1) continue;
      starts[index] = { at: now, lane: lane === null ? null : lane + 1, turn };
      ends.set(entry.id, now + budget.minutes);
      if (lane !== null) lanes[lane] = now + budget.minutes;
      turn += 1;
      began = true;
    }
    if (!began) now = Math.min(...[...ends.values()].filter((end) => end > now));
  }
  return { starts, minutes: Math.max(0, ...ends.values()) };
}

/** For each goal all that have to be done before it. */
function transitive(goals: readonly GoalEntry[]): Map<string, ReadonlySet<string>> {
  const byId = new Map(goals.map((goal) => [goal.id, goal]));
  const before = new Map<string, ReadonlySet<string>>();
  const collect = (id: string): ReadonlySet<string> => {
    const known = before.get(id);
    if (known) return known;
    const needed = byId.get(id)?.depends_on ?? [];
    const all = new Set([...needed, ...needed.flatMap((other) => [...collect(other)])]);
    before.set(id, all);
    return all;
  };
  for (const { id } of goals) collect(id);
  return before;
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

const defined = <T extends object>(values: T | undefined): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as never;
