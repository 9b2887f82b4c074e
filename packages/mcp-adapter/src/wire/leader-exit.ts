import type { ManagedProcess, ProcessExit } from '@codex-orch/core';

/**
 * Waits until the process itself has ended, then ends what is left of its group.
 *
 * `ManagedProcess.exited` waits for the pipes as well, which a grandchild may hold open.
 */
export async function leaderExit(process: ManagedProcess): Promise<ProcessExit> {
  let timer: NodeJS.Timeout | undefined;
  process.child.once('exit', () => {
    // What the leader wrote last is still to be read.
    timer = setTimeout(() => void process.kill({ force: true }), 500);
  });
  const exit = await process.exited;
  clearTimeout(timer);
  if (process.alive) await process.kill({ force: true });
  return exit;
}
