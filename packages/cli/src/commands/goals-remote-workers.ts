import type { SeenWorker } from '@codex-orch/engine-dbos';
import type { FleetSeen } from '../compose/fleet-database/database-fleets.js';
import type { GoalSeen } from '../compose/fleet-database/look-at-goals.js';
import { shortAccount } from '../compose/cloud/cloud-account.js';
import type { CliContext } from '../context.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { queueFlags, type RemoteFlags } from './remote-flags.js';
import { selfCommand } from './self-command.js';

/** How long something took, as people say it. */
function spokenTime(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** A worker says about every four seconds that it is there; one that does not may be dead, in milliseconds. */
const usualSilenceMs = 6000;

/** Whether a worker is there that takes goals of this queue. */
export const hasLiveWorker = ({ workers }: Pick<FleetSeen, 'workers'>): boolean => workers.some(({ isLive }) => isLive);

/** Whether a worker is there that could take this goal. */
const hasTaker = (seen: Pick<FleetSeen, 'workers' | 'cloud'>, { mode }: GoalSeen['goal']): boolean =>
  hasLiveWorker(mode === 'cloud' && seen.cloud ? seen.cloud : seen);

/** What a goal in Codex Cloud waits for that stands in line, where no worker is there that may take it; undefined elsewhere. */
export function loginWaitedFor(seen: Pick<FleetSeen, 'workers' | 'cloud'>, goal: GoalSeen['goal']): string | undefined {
  if (!seen.cloud || goal.mode !== 'cloud' || hasTaker(seen, goal)) return undefined;
  return `waits for a worker with the ChatGPT login ${shortAccount(seen.cloud.account)}, for the environment ${visibleLine(goal.environment ?? '')}`;
}

/** The worker that has a run, or had it when it was last heard of. */
export const holderOf = ({ workers }: Pick<FleetSeen, 'workers'>, runId: string): SeenWorker | undefined =>
  workers.find(({ runs }) => runs.includes(runId));

/** What becomes of a goal whose worker does not answer any more; undefined where it does. */
export function silenceOf(seen: Pick<FleetSeen, 'workers' | 'cloud'>, { goal }: GoalSeen): string | undefined {
  const holder = holderOf(seen, goal.runId);
  if (!holder || holder.isLive) return undefined;
  const then = hasTaker(seen, goal)
    ? 'another one takes it over'
    : `it goes on as soon as a worker ${goal.mode === 'cloud' ? 'with its ChatGPT login ' : ''}is there`;
  return `its worker ${visibleLine(holder.executor)} stopped answering ${spokenTime(holder.silentMs)} ago; ${then}`;
}

/** How to have somebody work on goals that nobody takes. */
export function startWorkerLines(context: CliContext, flags: RemoteFlags, queue: string): readonly string[] {
  const { repo: _here, ...elsewhere } = flags;
  return [
    `No live worker takes goals from the queue "${visibleLine(queue)}". Start one in a clone of the repository:`,
    `  ${selfCommand(context)} worker${queueFlags(context, elsewhere)}`,
  ];
}

/** Who works on the goals of a fleet, and who could. */
export function workerLines(context: CliContext, flags: RemoteFlags, seen: FleetSeen): readonly string[] {
  const { workers, queue, record } = seen;
  const { bold, dim, red } = paletteFor(context.process.stdout, context.process.env);
  if (record.over) return [];
  const names = new Map(record.goals.map(({ id, runId }) => [runId, id]));
  const width = Math.max(0, ...workers.map(({ executor }) => executor.length));
  const lines = workers.map((worker) => {
    const { executor, host, isLive, silentMs, runs, upMs } = worker;
    const where = host === '' ? '' : `on ${visibleLine(host)} `;
    const own = runs.flatMap((id) => names.get(id) ?? []);
    const others = runs.filter((id) => !names.has(id) && id !== record.fleetId && !id.startsWith('goals-')).length;
    const what = [
      ...(own.length > 0 ? [own.join(', ')] : []),
      ...(others > 0 ? [`${others} of other files`] : []),
    ].join(' and ');
    const text = isLive
      ? `${where}for ${spokenTime(upMs)}, ${what === '' ? 'idle' : `has ${what}`}${silentMs > usualSilenceMs ? `; not heard of for ${spokenTime(silentMs)}` : ''}`
      : `${where}${red(`stopped answering ${spokenTime(silentMs)} ago`)}${what === '' ? '' : `, had ${what}`}`;
    return `  ${visibleLine(executor).padEnd(width)}  ${text}`;
  });
  return [
    ...(lines.length > 0 ? ['', `${bold('Workers')} ${dim(`of the queue "${visibleLine(queue)}"`)}`, ...lines] : []),
    ...(hasLiveWorker(seen) ? [] : [...(lines.length > 0 ? [] : ['']), ...startWorkerLines(context, flags, queue)]),
  ];
}
