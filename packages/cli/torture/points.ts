import { newWorld, type Stage, stageNames, stages } from './journey.js';
import { callAt, type CallPoint, hasStrace, type MutatingCall, mutatingCalls, traced } from './strace.js';
import { type Disturbance, type Undisturbed, undisturbedBy } from './sweep.js';

/** Every third point is tried, which takes a quarter of an hour on two cores; all of them with TORTURE_EVERY=1. */
const every = Number(process.env['TORTURE_EVERY'] ?? '3');
if (!Number.isInteger(every) || every < 1) throw new Error('TORTURE_EVERY has to be a whole number from 1 on.');

/** The calls by which each command changes something, and what comes of it when nobody disturbs it. */
export async function survey(): Promise<
  Undisturbed & { readonly points: Readonly<Record<Stage, readonly CallPoint[]>> }
> {
  if (!hasStrace()) throw new Error('The torture needs strace: install it, e.g. with apt-get install strace.');
  await using world = await newWorld();
  const points = { run: [], approve: [], apply: [] } as Record<Stage, readonly CallPoint[]>;
  for (const stage of stageNames) {
    const { ended, calls } = await traced(world, stages[stage].args);
    if (ended.code !== stages[stage].code) throw new Error(`${stage} fails without any fault:\n${ended.output}`);
    points[stage] = [...new Map(calls.map((point) => [callAt(point), point])).values()];
  }
  return { ...(await undisturbedBy(world)), points };
}

/** The chosen ones of all points, as disturbances of each command. */
export function chosen(
  points: Readonly<Record<Stage, readonly CallPoint[]>>,
  disturb: (stage: Stage, point: CallPoint) => Disturbance,
): Readonly<Record<Stage, readonly Disturbance[]>> {
  const of = (stage: Stage): Disturbance[] =>
    points[stage].filter((_, index) => index % every === 0).map((point) => disturb(stage, point));
  return { run: of('run'), approve: of('approve'), apply: of('apply') };
}

/** A call as a name of a route gives it, e.g. `mkdir:7`. Throws when it is none. */
export function parseCall(text: string): CallPoint {
  const [call, n] = text.split(':');
  if (!mutatingCalls.includes(call as MutatingCall) || !Number(n)) throw new Error(`"${text}" is no CALL:N.`);
  return { call: call as MutatingCall, n: Number(n) };
}
