import type { DbosEngine } from '@codex-orch/engine-dbos';
import { decisionAbout } from '../compose/fleet-database/decide-goal.js';
import {
  goalQueue,
  lineOf,
  remoteApprovalSignal,
  remoteGoalSchema,
  remoteGoalWorkflowName,
  remoteStandingSchema,
  standingSignal,
} from '../compose/fleet-database/remote-goal.js';
import type { CliContext } from '../context.js';
import { visibleLine } from '../print/visible.js';
import { beforePasting, queueFlags, type RemoteFlags } from './remote-flags.js';
import { selfCommand } from './self-command.js';

/** Where a run belongs. */
interface RunPlace {
  readonly fleetId: string;
  readonly goal: string;
  /** The queue of its goals, where it is not the usual one. */
  readonly queue: string | undefined;
  /** The queue that it stands in itself, and whether that is one of a login with ChatGPT. */
  readonly line: string;
  readonly isCloud: boolean;
}

/** The goals that a run belongs to; undefined where it does not say. */
export async function placeOf(runId: string, engine: DbosEngine): Promise<RunPlace | undefined> {
  const { data } = remoteGoalSchema.safeParse((await engine.submission(runId, remoteGoalWorkflowName))?.input);
  if (!data?.of) return undefined;
  const { of, cloud } = data;
  const queue = of.queue === goalQueue ? undefined : of.queue;
  return { ...of, queue, line: lineOf(data) ?? of.queue, isCloud: cloud !== undefined };
}

/** What to do about a run that does not wait: somebody may have decided before, and nobody may be there to act on it. */
export async function whyNotWaiting(
  context: CliContext,
  flags: RemoteFlags,
  engine: DbosEngine,
  runId: string,
): Promise<string> {
  const [run] = await engine.seen([runId], standingSignal);
  const standing = remoteStandingSchema.safeParse(run?.outcome ? undefined : run?.said).data;
  const decision = standing && decisionAbout(standing, await engine.sent(runId, remoteApprovalSignal));
  const of = await placeOf(runId, engine);
  const status = `goals status${of ? ` ${of.fleetId}` : ''}${queueFlags(context, { ...flags, queue: of?.queue })}`;
  const follow = `\`${selfCommand(context)} ${status}\``;
  if (!decision) return `See ${follow}.`;
  const { by, at } = decision;
  return visibleLine(
    `${by.name} ${decision.decision} it at ${at.slice(0, 16).replace('T', ' ')} UTC${run?.executor == null ? ', and no worker has taken that up yet' : ''}. See ${follow}.`,
  );
}

/** Says that a decision is safe, and who could act on it. */
export async function sayPosted(
  context: CliContext,
  flags: RemoteFlags,
  engine: DbosEngine,
  runId: string,
): Promise<void> {
  const of = await placeOf(runId, engine);
  const live = (await engine.workers()).some(
    ({ isLive, queues }) => isLive && (queues.length === 0 || queues.includes(of?.line ?? goalQueue)),
  );
  const who = live
    ? 'it takes effect as soon as a worker has room for it.'
    : `no worker ${of?.isCloud ? 'with its ChatGPT login ' : ''}is there. It takes effect when one is: \`${selfCommand(context)} worker${queueFlags(context, { ...flags, repo: undefined })}\` in a clone of the repository.`;
  const lines = [`The decision is recorded; ${who} Ctrl-C ends only the waiting.`, ...beforePasting(context, flags)];
  context.process.stderr.write(`${lines.join('\n')}\n`);
}
