import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { withTests } from './hostile-repository.js';
import { type CommandEnd, runCommandLine } from './real-command.js';
import { casesOf } from './every-case.js';
import { builder, oneChange, planner, reviewer, say, World } from './world.js';

/** What the orchestrator may take at its peak, in MB, whatever the size of what goes through it. */
const limitMb = 300;

/** Notes the most memory that the process ever had; the kernel counts it. */
const measured = `
import { appendFileSync, readFileSync } from 'node:fs';
process.on('exit', () => {
  const [, kilobytes] = /^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  appendFileSync(process.env.MEMORY_NOTES, kilobytes + '\\n');
});
`;

let world: World;

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

/** Runs the command, and holds it to the limit. */
async function frugal(...args: string[]): Promise<CommandEnd> {
  const notes = path.join(world.root, 'memory');
  // A secret that is known makes every byte be searched for it.
  const env = { MEMORY_NOTES: notes, OPENAI_API_KEY: `sk-${randomBytes(16).toString('hex')}` };
  const ended = await runCommandLine(world, args, { env, preload: measured });
  const peak = Number((await readFile(notes, 'utf8')).trimEnd().split('\n').at(-1)) / 1024;
  console.info(`${args.join(' ')}: exit ${ended.code ?? ''}, ${Math.round(peak)} MB at most`);
  expect.soft(peak, args.join(' ')).toBeLessThan(limitMb);
  return ended;
}

describe.runIf(process.platform === 'linux')('the memory of the command stays small', () => {
  const outputs = [
    ['in lines', 99],
    ['in one line', Infinity],
  ] as const;
  it.each(casesOf('output of 100 MB', outputs, ([, length]) => length === Infinity))(
    'while a test command prints 100 MB %s',
    async (_what, length) => {
      const line = length === Infinity ? 'x'.repeat(100) : `${'x'.repeat(length)}\\n`;
      world = await World.make(
        withTests(`const lines = '${line}'.repeat(10_000);
        for (let i = 0; i < 100; i += 1) await new Promise((done) => process.stdout.write(lines, done));`),
      );
      await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
      const run = await frugal('run', 'do it');
      expect(run.code, run.err).toBe(3);
      const { taskId, runId } = await world.manifest();
      const log = path.join(world.repo, '.runs', taskId, runId, 'tests/1-1.log');
      expect((await stat(log)).size).toBeGreaterThan(100_000_000);
      expect((await frugal('runs', 'verify')).code).toBe(0);
      expect((await frugal('approve', 'latest')).code).toBe(0);
      // The gate searches what the run keeps, too.
      const applied = await frugal('apply', 'latest');
      expect(applied.code, applied.err).toBe(0);
    },
  );

  const diffs = [
    ['many lines of text', 'big.txt', 'head -c 39000000 /dev/urandom | base64 > big.txt'],
    ['one line of text', 'big.txt', 'head -c 39000000 /dev/urandom | base64 -w 0 > big.txt'],
    [
      'one line of text that is not ASCII',
      'big.txt',
      "(printf '\\360\\237\\216\\211'; head -c 39000000 /dev/urandom | base64 -w 0) > big.txt",
    ],
    ['bytes that are no text', 'big.bin', 'head -c 52000000 /dev/urandom > big.bin'],
  ] as const;
  it.each(casesOf('a diff of 50 MB', diffs, (_, index) => index === 2))(
    'while a diff of 50 MB of %s is made, shown, approved, verified and applied',
    async (_what, file, shell) => {
      world = await World.make();
      await world.model([planner(), builder(1, { shell }, { applyPatch: oneChange }, say), reviewer()]);
      const run = await frugal('run', 'do it');
      expect(run.code, run.err).toBe(3);
      expect((await frugal('runs', 'show')).code).toBe(0);
      expect((await frugal('runs', 'verify')).code).toBe(0);
      const approved = await frugal('approve', 'latest');
      expect(approved.code, approved.err + approved.out).toBe(0);
      const applied = await frugal('apply', 'latest');
      expect(applied.code, applied.err + applied.out).toBe(0);
      expect((await stat(path.join(world.repo, file))).size).toBeGreaterThan(50_000_000);
      expect((await world.manifest()).diff?.bytes).toBeGreaterThan(50_000_000);
    },
  );
});
