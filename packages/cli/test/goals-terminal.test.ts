import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fleetOf, goalBuilder, letGo, scenesFor, waits, writeGoals } from './fleet.js';
import { World } from './world.js';

const bin = fileURLToPath(new URL('../bin/codex-orch.js', import.meta.url));
// Other systems have a script(1) with other flags.
const script = 'script';
const hasTerminal = String(spawnSync(script, ['--version']).stdout).includes('util-linux');

const escape = '\u001b';
/** The cursor goes up over so many rows, and what stood there is erased. */
const redrawn = (rows: string, then = ''): RegExp => new RegExp(`${escape}\\[${rows}A${escape}\\[J${then}`);

let world: World;
beforeEach(async () => {
  world = await World.make();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

/** The built command at a real terminal of so many columns, which get fewer once the file `narrow` is there. */
async function atTerminal(args: readonly string[], columns: number, narrower: number) {
  const shell = path.join(world.root, 'terminal.sh');
  await writeFile(
    shell,
    `stty rows 20 cols ${columns}
(while [ ! -e ${world.root}/narrow ]; do sleep 0.05; done; stty -F /dev/tty cols ${narrower}; : > ${world.root}/narrowed) &
exec ${[process.execPath, bin, ...args].join(' ')}
`,
  );
  const child = spawn(script, ['-qec', `sh ${shell}`, '/dev/null'], {
    cwd: world.repo,
    env: { ...world.env, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let seen = '';
  const watchers = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
    for (const watcher of [...watchers]) watcher();
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    ended,
    seen: () => seen,
    type: (keys: string) => child.stdin.write(keys),
    /** Resolves with the offset behind the first match from an offset on. */
    until: (pattern: RegExp, from = 0): Promise<number> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(seen.slice(from));
          if (!match) return;
          watchers.delete(look);
          resolve(from + match.index + match[0].length);
        };
        watchers.add(look);
        void ended.then(() => {
          reject(new Error(`it ended without ${String(pattern)}:\n${JSON.stringify(seen.slice(-1000))}`));
        });
        look();
      }),
  };
}

/** The lines that were drawn, each without its colours. */
const drawn = (seen: string): string[] => stripVTControlCharacters(seen).split(/\r?\n/);

it('draws the table of lanes in its place at a real terminal, keeps to its columns, and leaves it as it was on Ctrl-C', async () => {
  if (!hasTerminal) {
    console.warn('No table was drawn at a terminal: script(1) of util-linux is not here.');
    return;
  }
  await world.model(scenesFor(['slow', 'next'], { slow: goalBuilder('slow', waits) }));
  const file = await writeGoals(world, [{ id: 'slow' }, { id: 'next' }]);
  const terminal = await atTerminal(['goals', 'run', file, '--concurrency', '1'], 72, 44);
  const wide = await terminal.until(
    new RegExp(`slow ${escape}\\[[0-9;]*mrunning[^\\n]*${escape}\\[2m\\$ [^\\n]*while`),
  );
  // Two goals and their total, drawn over what stood there, and the clock goes on.
  await terminal.until(redrawn('3', 'slow '), wide);
  for (const line of drawn(terminal.seen())) expect(line.length).toBeLessThanOrEqual(72);

  await writeFile(path.join(world.root, 'narrow'), '');
  const narrow = await terminal.until(redrawn('[45]'), wide);
  await terminal.until(redrawn('3'), narrow);
  for (const line of drawn(terminal.seen().slice(narrow))) expect(line.length).toBeLessThanOrEqual(44);

  const stopped = terminal.seen().length;
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(130);
  const { fleetId } = await fleetOf(world);
  const last = terminal.seen().slice(stopped);
  expect(drawn(last).join('')).toContain(`goals run --resume ${fleetId}`);
  // The cursor is where the next line begins, and was never hidden for good.
  expect(last).toMatch(/\r\n$/);
  const count = (text: string): number => terminal.seen().split(text).length - 1;
  expect(count(`${escape}[?25l`)).toBe(count(`${escape}[?25h`));
  await letGo(world, 'slow').catch(() => undefined);
});
