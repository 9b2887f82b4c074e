import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

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

async function processesOfThreads(): Promise<ProcessesOfThreads> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = new Map<string, number[]>();
  await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined);
      if (environment?.includes(mark) !== true) return;
      for (const variable of environment.toString('latin1').split('\0').slice(0, -1)) {
        if (!variable.startsWith(mark)) continue;
        const threadId = variable.slice(mark.length);
        found.set(threadId, [...(found.get(threadId) ?? []), pid]);
      }
    }),
  );
  return found;
}
