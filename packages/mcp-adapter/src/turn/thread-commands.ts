import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

const attempts = 20;

/** A command that has been forked and not yet started shows its parent's environment, so one look is not enough. */
const quietLooks = 3;

/**
 * Ends the commands that a thread has left running, wherever they are by now.
 *
 * A command of Codex leads a session of its own, is reparented when Codex dies, and may still be starting when a turn is
 * interrupted; but Codex puts the thread's id into its environment. Works on Linux, where environments can be read; elsewhere
 * Codex's own clean-up is all there is.
 */
export async function endThreadCommands(threadId: string | undefined): Promise<void> {
  if (process.platform !== 'linux' || threadId === undefined || threadId === '') return;
  for (let attempt = 0, quiet = 0; attempt < attempts && quiet < quietLooks; attempt += 1) {
    const found = (await lookAround()).get(threadId) ?? [];
    quiet = found.length === 0 ? quiet + 1 : 0;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    await delay(15);
  }
}

type ProcessesOfThreads = ReadonlyMap<string, readonly number[]>;

let upcoming: Promise<ProcessesOfThreads> | undefined;
let present: Promise<unknown> = Promise.resolve();

/** A look at all processes that begins after it was asked for; all who ask while another one is under way share the next. */
function lookAround(): Promise<ProcessesOfThreads> {
  upcoming ??= present.then(() => {
    upcoming = undefined;
    const looking = processesOfThreads();
    present = looking.catch(() => undefined);
    return looking;
  });
  return upcoming;
}

const mark = 'CODEX_THREAD_ID=';

/** Between two breaths: to read all at one stretch is far cheaper, and nobody may wait long for it. */
const atOneStretch = 200;

async function processesOfThreads(): Promise<ProcessesOfThreads> {
  const found = new Map<string, number[]>();
  let read = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    read += 1;
    if (read % atOneStretch === 0) await nextTurn();
    const environment = environmentOf(name);
    if (environment?.includes(mark) !== true) continue;
    for (const variable of environment.toString('latin1').split('\0').slice(0, -1)) {
      if (!variable.startsWith(mark)) continue;
      const threadId = variable.slice(mark.length);
      found.set(threadId, [...(found.get(threadId) ?? []), Number(name)]);
    }
  }
  return found;
}

function environmentOf(pid: string): Buffer | undefined {
  try {
    return readFileSync(`/proc/${pid}/environ`);
  } catch {
    // It has ended, or is somebody else's.
    return undefined;
  }
}
