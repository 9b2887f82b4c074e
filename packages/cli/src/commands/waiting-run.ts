import { OrchError, readRun, type Repository, type RunRecord } from '@codex-orch/core';
import { readNote, runLayout } from '../compose/noted-runs.js';
import type { CliContext } from '../context.js';
import { shortLine } from '../print/visible.js';

/** "latest" does not say which diff was read. */
class WaitingAmbiguousError extends OrchError {
  readonly code = 'run-ambiguous';

  constructor(runs: readonly string[], command: string) {
    const said =
      runs.length === 1
        ? 'The newest run waits for no decision; an older one does.'
        : `${runs.length} runs wait for a decision.`;
    super(`${said}\n  ${runs.join('\n  ')}`, {
      hint: `Name the one that you have read: \`codex-orch ${command} <run>\`.`,
    });
  }
}

/** The longest goal that is shown beside a run. */
const maxGoal = 80;

/**
 * The run that a decision about "latest" means: the newest one, where it is also the one that began to wait for a human last, and no goal
 * of a file waits beside it. Other names are returned as they are, and so is "latest" where no run waits. Runs of a queue are decided
 * elsewhere, and those that are not noted are somebody else's.
 *
 * Throws {@link WaitingAmbiguousError}.
 */
export async function meantByLatest(
  { process: { env } }: CliContext,
  { root }: Repository,
  asked: string,
  { command, request }: { readonly command: string; readonly request: string | undefined },
): Promise<string> {
  if (asked !== 'latest') return asked;
  const locations = await runLayout(env, root).locations();
  const waiting: RunRecord[] = [];
  let isOfFile = false;
  for (const location of locations) {
    const run = await readRun(location).catch(ignoreDamaged);
    if (!run || !waitsFor(run, request)) continue;
    const note = await readNote(env, run.runId);
    if (!note || note.queue !== undefined) continue;
    waiting.push(run);
    isOfFile ||= note.fleet !== undefined;
  }
  waiting.sort((a, b) => (since(a) < since(b) ? 1 : -1));
  const [last] = waiting;
  if (!last) return asked;
  if (last.runId === locations.at(-1)?.runId && (waiting.length === 1 || !isOfFile)) return last.runId;
  throw new WaitingAmbiguousError(
    waiting.map(({ runId, manifest }) => `${runId}  ${shortLine(manifest.goal, maxGoal)}`),
    command,
  );
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
