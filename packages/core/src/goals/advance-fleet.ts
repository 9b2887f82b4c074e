import { addUsage, type Limits, noUsage, type Usage } from '../goal/events.js';
import { type FleetEvent, type FleetGoal, type FleetInput, type FleetState, hasEnded } from './fleet.js';

/** The state of a fleet before anything happened. `runIds` are by the id of the goal. */
export function beginFleet(input: FleetInput, runIds: Readonly<Record<string, string>>): FleetState {
  const { goals, concurrency, budget } = input;
  return settle({
    goals: goals.map((goal) => ({
      ...goal,
      runId: runIds[goal.id] ?? '',
      standing: 'waiting',
      lane: null,
      readySince: null,
      base: null,
      commit: null,
      usage: noUsage,
      asks: [],
      trouble: null,
      stopping: null,
      end: null,
    })),
    concurrency,
    budget,
    events: 0,
    elapsedMs: 0,
  });
}

/** Moves a fleet by one event. Pure, so that a fleet that is taken up again comes to where it was. */
export function advanceFleet(state: FleetState, event: FleetEvent): FleetState {
  const ids = 'goals' in event ? event.goals : [event.goal];
  return settle({
    ...state,
    events: state.events + 1,
    elapsedMs: state.elapsedMs + ('elapsedMs' in event ? event.elapsedMs : 0),
    goals: state.goals.map((goal) => (ids.includes(goal.id) && !hasEnded(goal) ? moved(goal, event, state) : goal)),
  });
}

function moved(goal: FleetGoal, event: FleetEvent, state: FleetState): FleetGoal {
  switch (event.type) {
    case 'begun':
      return { ...goal, standing: 'running', lane: freeLane(state) ?? 1, base: event.base, limits: event.limits };
    case 'refused':
      return { ...goal, standing: 'blocked', lane: null, end: event.failure };
    case 'parked':
      return {
        ...goal,
        standing: 'parked',
        lane: null,
        usage: event.usage,
        asks: event.asks,
        trouble: event.trouble ?? null,
      };
    case 'answered':
      return { ...goal, standing: 'waiting', readySince: null, asks: [], trouble: null };
    case 'ended': {
      const isOverBudget = goal.stopping === 'budget' && event.state === 'cancelled';
      return {
        ...goal,
        standing: isOverBudget ? 'exhausted' : event.state,
        lane: null,
        asks: [],
        trouble: null,
        commit: event.commit,
        usage: event.usage,
        end: isOverBudget ? goal.end : event.end,
      };
    }
    case 'stopped': {
      // What has a run ends with it.
      if (goal.base !== null) return { ...goal, stopping: event.why, end: event.end };
      return {
        ...goal,
        standing: event.why === 'cancel' ? 'cancelled' : 'blocked',
        stopping: event.why,
        end: event.end,
      };
    }
  }
}

/** What follows from how goals stand: who is ready, and who can never be. */
function settle(state: FleetState): FleetState {
  let { goals } = state;
  for (let changed = true; changed;) {
    changed = false;
    const byId = new Map(goals.map((goal) => [goal.id, goal]));
    goals = goals.map((goal) => {
      if (goal.standing !== 'waiting') return goal;
      const needed = goal.after.map((id) => byId.get(id)).filter((other) => other !== undefined);
      const lost = needed.find((other) => hasEnded(other) && other.standing !== 'done');
      if (lost) {
        changed = true;
        return { ...goal, standing: 'blocked', end: dependencyEnded(goal, lost) };
      }
      if (goal.readySince === null && needed.every(({ standing }) => standing === 'done')) {
        changed = true;
        return { ...goal, readySince: state.events };
      }
      return goal;
    });
  }
  return { ...state, goals };
}

const dependencyEnded = ({ id }: FleetGoal, { id: needed, standing, end }: FleetGoal): FleetGoal['end'] => ({
  code: 'dependency-not-done',
  message: `"${id}" depends on "${needed}", which ended as ${standing}${end ? `: ${end.message}` : '.'}`,
});

/** The goal that is to begin or to go on now: who was ready first, then who stands first in the file; undefined when there is none. */
export function nextToBegin(state: FleetState): FleetGoal | undefined {
  const isFull = freeLane(state) === undefined;
  const ready = state.goals.filter(
    ({ standing, readySince, mode }) => standing === 'waiting' && readySince !== null && (mode === 'cloud' || !isFull),
  );
  return ready.toSorted((a, b) => (a.readySince ?? 0) - (b.readySince ?? 0))[0];
}

function freeLane({ goals, concurrency }: FleetState): number | undefined {
  const taken = new Set(goals.map(({ lane }) => lane));
  for (let lane = 1; lane <= concurrency; lane += 1) if (!taken.has(lane)) return lane;
  return undefined;
}

/** What all goals have used, as far as it is recorded. */
export const usageOf = ({ goals }: Pick<FleetState, 'goals'>): Usage =>
  goals.reduce((sum, { usage }) => addUsage(sum, usage), noUsage);

/** Which budget of the whole is used up, if any; `more` is what was used since the last event. */
export function exhaustedBudget(
  state: FleetState,
  more: { readonly tokens: number; readonly ms: number } = { tokens: 0, ms: 0 },
): string | undefined {
  const { tokens, minutes } = state.budget;
  const used = usageOf(state).totalTokens + more.tokens;
  const ms = state.elapsedMs + more.ms;
  if (tokens !== null && used >= tokens) return `${used} of ${tokens} tokens of all goals together are used up.`;
  if (minutes !== null && ms >= minutes * 60_000)
    return `${(ms / 60_000).toFixed(1)} of ${minutes} minutes of all goals together are used up.`;
  return undefined;
}

/** What a goal that begins now may use: its own limits, and no more than is left of the whole. */
export function limitsLeft({ limits }: FleetGoal, state: FleetState): Limits {
  const { tokens, minutes } = state.budget;
  return {
    ...limits,
    tokens: Math.max(1, Math.min(limits.tokens, (tokens ?? Infinity) - usageOf(state).totalTokens)),
    minutes: Math.max(0.001, Math.min(limits.minutes, (minutes ?? Infinity) - state.elapsedMs / 60_000)),
  };
}
