import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { IntegrationWorld, type MadeRun } from '../../test/integration-world.js';
import type { IntegrationRecord } from './index.js';

const check = `
import { readdirSync } from 'node:fs';
process.exit(readdirSync('.').some((name) => name.startsWith('bad-')) ? 1 : 0);
`;

/** What must not depend on how often it was interrupted. */
const essence = ({ createdAt: _c, updatedAt: _u, tests, ...record }: IntegrationRecord): unknown => ({
  ...record,
  tests: tests.map(({ report, ...test }) => ({
    ...test,
    commands: report.commands.map(({ durationMs: _d, ...command }) => command),
  })),
});

interface Line {
  readonly type: string;
  readonly data: { readonly name?: string };
}

const testsIn = (lines: readonly string[]): number =>
  lines.filter((line) => {
    const { type, data } = JSON.parse(line) as Line;
    return type === 'result' && data.name?.startsWith('test:');
  }).length;

it('an integration that was killed after any step that it recorded ends as if it had not been, and repeats no recorded test', async () => {
  const world = await IntegrationWorld.make({ 'check.mjs': check, 'a.txt': 'a\n' });
  const runs: MadeRun[] = [
    await world.approvedRun('a', { 'a.txt': 'A\n' }),
    await world.approvedRun('red', { 'bad-x': 'x\n' }),
    await world.approvedRun('clash', { 'a.txt': 'B\n' }),
  ];
  const input = world.input(runs);
  const undisturbed = await world.go(input, runs);
  expect(undisturbed.runs.map(({ outcome }) => outcome)).toEqual(['integrated', 'red', 'conflict']);
  const journal = world.journal(input.id);
  const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
  const all = testsIn(lines);
  const published = lines.findIndex((line) => line.includes('"publish"') && line.includes('"result"'));
  expect(published).toBeGreaterThan(0);
  const isTold = ({ type, data }: Line): boolean => type !== 'attempt' && !data.name?.startsWith('verify:');
  const ends = [...lines.keys()].filter((at) => isTold(JSON.parse(lines[at] ?? '') as Line));
  const moments = [0, ...ends].map((at) => ({ kept: at + 1, isMoved: at >= published })).slice(0, -1);
  // The branch had been moved, and nobody had got to say so.
  for (const { kept, isMoved } of [...moments, { kept: published, isMoved: true }]) {
    const left = lines.slice(0, kept);
    writeFileSync(journal, `${left.join('\n')}\n`);
    rmSync(world.workspace(input.id), { recursive: true, force: true });
    if (!isMoved) world.git('branch', '-q', '-D', 'codex-orch/integration/it');
    world.tested = 0;
    expect(essence(await world.go(input, runs)), `killed after line ${kept}`).toEqual(essence(undisturbed));
    expect(world.tested, `killed after line ${kept}`).toBe(all - testsIn(left));
    expect(world.git('rev-parse', 'codex-orch/integration/it').trim()).toBe(undisturbed.tip);
    expect(existsSync(world.workspace(input.id))).toBe(false);
  }
});

it('the journal of another integration is refused', async () => {
  const world = await IntegrationWorld.make({ 'check.mjs': check });
  const run = await world.approvedRun('one', { one: '1\n' });
  const input = world.input([run]);
  await expect(world.go({ ...input, repository: '/elsewhere' }, [run])).rejects.toMatchObject({
    code: 'integration-record-unreadable',
  });
});
