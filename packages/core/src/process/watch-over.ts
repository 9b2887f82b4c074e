/**
 * What the guard does: it runs as a program of its own, made from the text of this function, so nothing from outside is in it.
 *
 * It reads from its standard input which process groups come (`+N`), go (`-N`) and are to be
 * spared (`=N`) with all that descends from them. When that ends, its starter is dead, and it
 * kills those groups, what descends from them, and every process whose environment has its argument. The last is for Linux, where
 * environments can be read, and finds what left its group and its parent. A process that a sandbox hid its environment from ends
 * with the sandbox; one that has hidden it by itself, left its group and lost its parent stays.
 */
export function watchOver(): void {
  const { readdirSync, readFileSync } = process.getBuiltinModule('node:fs');
  const mark = process.argv[1] ?? '';
  const groups = new Set<number>();
  const spared = new Set<number>();

  const kill = (target: number): void => {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };

  const read = (pid: number, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1');
    } catch {
      return '';
    }
  };

  /** Where processes are hidden, the groups are all that can be ended. */
  const processes = (): number[] => {
    try {
      return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
    } catch {
      return [];
    }
  };

  /** What is to be killed, by number; the groups count only once, as their numbers can be given to strangers. */
  const find = (isFirst: boolean): number[] => {
    if (process.platform !== 'linux') return [];
    const pids = processes();
    const found = new Set<number>();
    const kept = new Set<number>([process.pid]);
    const children = new Map<number, number[]>();
    for (const pid of pids) {
      const stat = read(pid, 'stat');
      // The program's name stands in brackets and may hold anything.
      const [state = 'X', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
      if (state === 'X' || state === 'Z') continue;
      children.set(Number(parent), [...(children.get(Number(parent)) ?? []), pid]);
      if (spared.has(Number(group))) kept.add(pid);
      else if (isFirst && groups.has(Number(group))) found.add(pid);
      else if (`\0${read(pid, 'environ')}`.includes(`\0${mark}\0`)) found.add(pid);
    }
    // What is added meanwhile is visited too.
    for (const set of [kept, found]) for (const pid of set) for (const child of children.get(pid) ?? []) set.add(child);
    return [...found].filter((pid) => !kept.has(pid));
  };

  /** One look is not enough: what is being forked is not there yet. */
  const quietLooks = 3;
  let looks = 500;
  let quiet = 0;
  const look = (isFirst: boolean): void => {
    const found = find(isFirst);
    if (isFirst) for (const group of groups) kill(-group);
    for (const pid of found) kill(pid);
    quiet = found.length === 0 ? quiet + 1 : 0;
    looks -= 1;
    if (quiet < quietLooks && looks > 0) setTimeout(look, 10, false);
  };

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  let said = '';
  process.stdin
    .setEncoding('latin1')
    .on('data', (text: string) => {
      const lines = `${said}${text}`.split('\n');
      said = lines.pop() ?? '';
      for (const line of lines) {
        const group = Number(line.slice(1));
        groups.delete(group);
        spared.delete(group);
        if (line.startsWith('+')) groups.add(group);
        if (line.startsWith('=')) spared.add(group);
      }
    })
    .on('close', () => {
      look(true);
    });
}
