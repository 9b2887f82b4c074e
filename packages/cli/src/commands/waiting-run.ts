import { OrchError, readRun, type Repository, type RunRecord } from '@codex-orch/core';
import { readNote, runLayout } from '../compose/noted-runs.js';
import type { CliContext } from '../context.js';
import { shortLine } from '../print/visible.js';

/** Several goals of a file wait, and "latest" says nothing about which of them was read. */
class WaitingAmbiguousError extends OrchError {
  readonly code = 'run-ambiguous';

  constructor(runs: readonly string[], command: string) {
    super(`${runs.length} runs wait for a decision.\n  ${runs.join('\n  ')}`, {
      hint: `Name the one that you have read: \`codex-orch ${command} <run>\`.`,
    });
  }
}

/** The longest goal that is shown beside a run. */
const maxGoal = 80;

/**
 * The run that a decision about "latest" means: the one that began to wait for a human last, which need not be the newest. Other
 * names are returned as they are, and so is "latest" where no run waits.
 *
 * Throws {@link WaitingAmbiguousError} where goals that were begun together wait side by side.
 */
export async function meantByLatest(
  { process: { env, stderr } }: CliContext,
  { root }: Repository,
  asked: string,
  { command, request }: { readonly command: string; readonly request: string | undefined },
): Promise<string> {
  if (asked !== 'latest') return asked;
  const locations = await runLayout(env, root).locations();
  const waiting: RunRecord[] = [];
  for (const location of locations) {
    const run = await readRun(location).catch(ignoreDamaged);
    if (run && waitsFor(run, request)) waiting.push(run);
  }
  waiting.sort((a, b) => (since(a) < since(b) ? 1 : -1));
  const [last] = waiting;
  if (!last) return asked;
  const goal = (run: RunRecord): string => shortLine(run.manifest.goal, maxGoal);
  if (waiting.length > 1 && (await readNote(env, last.runId))?.fleet)
    throw new WaitingAmbiguousError(
      waiting.map((run) => `${run.runId}  ${goal(run)}`),
      command,
    );
  if (waiting.length > 1)
    stderr.write(`Of ${waiting.length} runs that wait, run ${last.runId} has begun to last: ${goal(last)}\n`);
  else if (last.runId !== locations.at(-1)?.runId)
    stderr.write(`Run ${last.runId} is the one that waits: ${goal(last)}\n`);
  return last.runId;
}

const waitsFor = ({ state, manifest }: RunRecord, request: string | undefined): boolean =>
  request === undefined
    ? manifest.state === 'awaiting-approval' || state.elevations.length > 0
    : state.elevations.some(({ id }) => id === request);

/** When a run last wrote anything: one that waits has written nothing since it does. */
const since = ({ lines, runId }: RunRecord): string => `${lines.at(-1)?.at ?? ''} ${runId}`;

/** A run that cannot be read waits for nobody. */
function ignoreDamaged(error: unknown): undefined {
  if (!(error instanceof OrchError)) throw error;
}
