import { readdir } from 'node:fs/promises';
import type { TestLaunch } from '@codex-orch/roles';
import { expect, it, onTestFinished } from 'vitest';
import { ConfinedLinter } from './confined-linter.js';

const { signal } = new AbortController();

const linter = (
  launch: (command: readonly string[], folder: string) => TestLaunch,
  limits: { timeoutMs?: number; idleMs?: number } = {},
) => {
  const made = new ConfinedLinter({ launch, ...limits });
  onTestFinished(() => made.close());
  return made;
};

const asIs = ([file = '', ...args]: readonly string[]): TestLaunch => ({ file, args, env: {} });
const instead = (script: string, timeoutMs?: number) =>
  linter(([file = '']) => ({ file, args: ['-e', script], env: {} }), timeoutMs === undefined ? {} : { timeoutMs });

/** A program that answers with its own process, and hangs or dies where a text says so. */
const tellsItsPid = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { sources } = JSON.parse(line);
  if (sources[0].text === 'die') process.exit(1);
  if (sources[0].text !== 'hang')
    console.log(JSON.stringify({ results: sources.map(() => ({ findings: [], problem: String(process.pid) })) }));
})`;

const ask = async (of: ConfinedLinter, text = '', by: AbortSignal = signal) =>
  (await of.lint([{ path: 'a.js', text }], by))[0]?.problem;

it('says of each text what the rules find, in JavaScript and TypeScript, modules and not', async () => {
  const sources = [
    { path: 'a.ts', text: 'export const a = (b: string): void => console.log(b, process.env);\n' },
    { path: 'a.tsx', text: 'export const A = () => <p>{String(1)}</p>;\n' },
    { path: 'b.js', text: 'with (a) { console.log(process.env); }\n' },
    { path: 'c.cjs', text: 'return 1;\n' },
    { path: 'd.mjs', text: 'export const = 1;\n' },
    { path: 'e.js', text: '// eslint-disable-next-line\nconsole.log(process.env);\n' },
    // JSON leaves this line separator as it is.
    { path: 'f.js', text: '"\u2028";\r\nconsole.log(process.env, "ü");\r\n' },
  ];
  const expected = [
    [['a.ts:1'], undefined],
    [[], undefined],
    [['b.js:1'], undefined],
    [[], undefined],
    [[], expect.stringContaining('Parsing error')],
    [['e.js:2'], undefined],
    [['f.js:3'], undefined],
  ];
  const itself = linter(asIs);
  // Scripts first: TypeScript's parser comes later, and must not be missing then.
  for (const [from, to] of [
    [2, 7],
    [0, 7],
    [3, 5],
  ] as const) {
    const found = await itself.lint(sources.slice(from, to), signal);
    expect(
      found.map(({ findings, problem }) => [findings.map(({ path, line }) => `${path}:${line}`), problem]),
    ).toEqual(expected.slice(from, to));
  }
});

it('asks one process for all, and starts another after a request that failed', async () => {
  const shared = instead(tellsItsPid);
  const [first, ...others] = await Promise.all(['', '', ''].map((text) => ask(shared, text)));
  expect(others).toEqual([first, first]);
  const [died, afterwards] = await Promise.allSettled([ask(shared, 'die'), ask(shared)]);
  expect(died).toMatchObject({ reason: { code: 'lint-failed' } });
  expect(afterwards).toMatchObject({ status: 'fulfilled' });
  expect((afterwards as PromiseFulfilledResult<string>).value).not.toBe(first);
});

it('lets the others have their answer when one gives up', async () => {
  const shared = instead(tellsItsPid);
  const stop = new AbortController();
  const hanging = ask(shared, 'hang', stop.signal);
  const other = ask(shared);
  stop.abort(new Error('no longer wanted'));
  await expect(hanging).rejects.toThrow('no longer wanted');
  expect(await other).toMatch(/^\d+$/);
  await expect(ask(shared, '', stop.signal)).rejects.toThrow('no longer wanted');
});

it('lets one give up while it waits for its turn', async () => {
  const shared = instead(tellsItsPid);
  const [first, second] = [new AbortController(), new AbortController()];
  const hanging = ask(shared, 'hang', first.signal);
  const waiting = ask(shared, '', second.signal);
  second.abort(new Error('no longer wanted'));
  await expect(waiting).rejects.toThrow('no longer wanted');
  first.abort(new Error('nor this'));
  await expect(hanging).rejects.toThrow('nor this');
});

it('ends its process, and removes its folder, when nobody needs it any more', async () => {
  const folders: string[] = [];
  const idle = linter(
    ([file = ''], folder) => {
      folders.push(folder);
      return { file, args: ['-e', tellsItsPid], env: {} };
    },
    { idleMs: 1 },
  );
  const pid = Number(await ask(idle));
  await expect.poll(() => isRunning(pid)).toBe(false);
  await expect.poll(() => readdir(folders[0] ?? '').catch(() => 'gone')).toBe('gone');
  expect(Number(await ask(idle))).not.toBe(pid);
  expect(folders).toHaveLength(2);
});

it.each([
  ['ends badly', 'console.error("no such module"); process.exit(1)', 'no such module'],
  ['answers no JSON', 'console.log("hello"); setInterval(() => {}, 1000)', 'no JSON'],
  ['answers something else', 'console.log("[]"); setInterval(() => {}, 1000)', 'another shape'],
  [
    'answers for fewer texts',
    'console.log(JSON.stringify({ results: [] })); setInterval(() => {}, 1000)',
    'another shape',
  ],
])('is an error where the program %s', async (_what, script, said) => {
  await expect(instead(script).lint([{ path: 'a.js', text: '' }], signal)).rejects.toMatchObject({
    code: 'lint-failed',
    message: expect.stringContaining(said) as string,
  });
});

it('is an error where the rules do not come to an end', async () => {
  await expect(ask(instead(tellsItsPid, 300), 'hang')).rejects.toThrow('took longer than');
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
