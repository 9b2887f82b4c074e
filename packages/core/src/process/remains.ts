import { readdirSync, readFileSync } from 'node:fs';

/**
 * Whether all that is left of a process group are the remains of dead processes that nobody has waited for yet: they cannot run, nor
 * be ended. Where the first process of a container reaps late or never, they stay. False where states cannot be read.
 */
export function isDead(group: number): boolean {
  if (process.platform !== 'linux') return false;
  let found = false;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [state, , itsGroup] = statusOf(name);
    if (Number(itsGroup) !== group) continue;
    if (state !== 'Z' && state !== 'X') return false;
    found = true;
  }
  return found;
}

/** State, parent and group of a process; nothing when it is gone. */
function statusOf(pid: string): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name stands in brackets and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
  } catch {
    return [];
  }
}
