import type { TestLaunch } from '@codex-orch/roles';
import { expect, it } from 'vitest';
import { eslintRunner } from './eslint-runner.js';

const { signal } = new AbortController();

const runner = (launch: (command: readonly string[]) => TestLaunch, timeoutMs = 60_000) =>
  eslintRunner({ launch, cwd: import.meta.dirname, timeoutMs });

const itself = runner(([file = '', ...args]) => ({ file, args, env: {} }));
const instead = (script: string, timeoutMs?: number) =>
  runner(([file = '']) => ({ file, args: ['-e', script], env: {} }), timeoutMs);

it('says of each text what the rules find, in JavaScript and TypeScript, modules and not', async () => {
  const found = await itself.lint(
    [
      { path: 'a.ts', text: 'export const a = (b: string): void => console.log(b, process.env);\n' },
      { path: 'a.tsx', text: 'export const A = () => <p>{String(1)}</p>;\n' },
      { path: 'b.js', text: 'with (a) { console.log(process.env); }\n' },
      { path: 'c.cjs', text: 'return 1;\n' },
      { path: 'd.mjs', text: 'export const = 1;\n' },
      { path: 'e.js', text: '// eslint-disable-next-line\nconsole.log(process.env);\n' },
    ],
    signal,
  );
  expect(found.map(({ findings, problem }) => [findings.map(({ path, line }) => `${path}:${line}`), problem])).toEqual([
    [['a.ts:1'], undefined],
    [[], undefined],
    [['b.js:1'], undefined],
    [[], undefined],
    [[], expect.stringContaining('Parsing error')],
    [['e.js:2'], undefined],
  ]);
});

it.each([
  ['ends badly', 'console.error("no such module"); process.exit(1)', 'no such module'],
  ['answers no JSON', 'console.log("hello")', 'no JSON'],
  ['answers something else', 'console.log("[]")', 'another shape'],
  ['answers for fewer texts', 'console.log(JSON.stringify({ results: [] }))', 'another shape'],
])('is an error where the program %s', async (_what, script, said) => {
  await expect(instead(script).lint([{ path: 'a.js', text: '' }], signal)).rejects.toMatchObject({
    code: 'lint-failed',
    message: expect.stringContaining(said) as string,
  });
});

it('is an error where the rules do not come to an end', async () => {
  const hanging = instead('setInterval(() => {}, 1000)', 300);
  await expect(hanging.lint([{ path: 'a.js', text: '' }], signal)).rejects.toThrow('took longer than');
});
