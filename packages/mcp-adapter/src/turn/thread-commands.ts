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
  const mark = Buffer.from(`CODEX_THREAD_ID=${threadId}\0`);
  for (let attempt = 0, quiet = 0; attempt < attempts && quiet < quietLooks; attempt += 1) {
    const found = await processesWith(mark);
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

async function processesWith(mark: Buffer): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const marked = await Promise.all(
    pids.map((pid) =>
      readFile(`/proc/${pid}/environ`).then(
        (environment) => environment.includes(mark),
        () => false,
      ),
    ),
  );
  return pids.filter((_, index) => marked[index]);
}
