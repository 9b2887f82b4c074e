import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Failpoint, failpoints, type Manifest } from '@codex-orch/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builder, manyChanges, planner, reviewer, say, World } from './world.js';

const bin = fileURLToPath(new URL('../bin/codex-orch.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Runs the built command as a process of its own, which may be told to die at a point. */
async function codexOrch(world: World, args: readonly string[], failpoint?: string): Promise<Ended> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: world.repo,
    env: { ...world.env, ...(failpoint === undefined ? {} : { CODEX_ORCH_FAILPOINT: failpoint }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, output };
}

/** What a finished run leaves that must not depend on crashes. */
interface Outcome {
  readonly state: string;
  readonly diff: string | undefined;
  readonly approvals: number;
  readonly appliedTo: number;
  readonly events: readonly string[];
  readonly checkout: string;
}

const logOf = async (
  world: World,
  { taskId, runId }: Manifest,
  file: string,
): Promise<{ type: string; data: { op?: string } }[]> =>
  (await readFile(path.join(world.repo, '.runs', taskId, runId, file), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; data: { op?: string } });

async function outcomeOf(world: World): Promise<Outcome> {
  const manifest = await world.manifest();
  const events = await logOf(world, manifest, 'events.jsonl');
  return {
    state: manifest.state,
    diff: manifest.diff?.sha256,
    approvals: manifest.approvals.length,
    appliedTo: manifest.appliedTo.length,
    // A transcript goes on in the file it has, and is recorded as often as somebody closes it.
    events: events.map(({ type }) => type).filter((type) => type !== 'artifact.recorded'),
    checkout: world.git('status', '--porcelain', '--untracked-files=all') + world.git('diff'),
  };
}

/** Goes the whole way from a goal to the applied diff; whatever is killed is taken up again as a user would. */
async function wholeWay(world: World, failpoint?: string): Promise<{ readonly killed: number; readonly said: string }> {
  let killed = 0;
  let said = '';
  const attempt = async (...args: string[]): Promise<Ended> => {
    const ended = await codexOrch(world, args, failpoint);
    said += ended.output;
    if (ended.signal === 'SIGKILL') killed += 1;
    return ended;
  };
  const again = async (...args: string[]): Promise<Ended> => {
    const ended = await codexOrch(world, args);
    said += ended.output;
    return ended;
  };

  if ((await attempt('run', 'do it')).signal !== null) {
    const resumed = await again('resume');
    // Killed before the run was durable, there is nothing to resume, and nothing was done.
    if (/\[(unknown-run|run-empty)\]/.test(resumed.output)) await again('run', 'do it');
  }
  if ((await attempt('approve', 'latest')).signal !== null) {
    await again('resume');
    if ((await world.manifest()).state === 'awaiting-approval') await again('approve', 'latest');
  }
  if ((await attempt('apply', 'latest')).signal !== null) await again('apply', 'latest');
  return { killed, said };
}

const newWorld = async (): Promise<World> => {
  const world = await World.make();
  await world.model([planner(), builder(1, { applyPatch: manyChanges }, say), reviewer()]);
  return world;
};

/** The first time that a point is reached is not always the interesting one. */
const times: Partial<Record<Failpoint, readonly number[]>> = {
  'journal.before-write': [1, 6],
  'journal.written': [1, 8],
  'journal.synced': [1, 10],
  'events.before-write': [1, 4],
  'events.written': [1, 5],
  'events.synced': [1, 6],
  'manifest.written': [1, 7],
};

describe('a run that is killed', () => {
  let undisturbed: Outcome;

  beforeAll(async () => {
    await using world = await newWorld();
    const { killed, said } = await wholeWay(world);
    undisturbed = await outcomeOf(world);
    expect(killed, said).toBe(0);
    expect(undisturbed, said).toMatchObject({ state: 'done', approvals: 1, appliedTo: 1 });
  });

  const reached = new Set<string>();
  afterAll(() => {
    console.info(`killed and recovered at ${reached.size} of ${failpoints.length} points`);
  });

  it.each(failpoints.flatMap((point) => (times[point] ?? [1]).map((time) => [point, time] as const)))(
    'at %s (time %i) ends like one that was not, and does nothing twice',
    async (point, time) => {
      await using world = await newWorld();
      const { killed, said } = await wholeWay(world, `${point}:${time}`);
      expect(killed, `the point was not reached:\n${said}`).toBeGreaterThan(0);
      reached.add(point);
      expect(await outcomeOf(world), said).toEqual(undisturbed);

      const ended = new Set<string>();
      for (const { type, data } of await logOf(world, await world.manifest(), 'journal.jsonl')) {
        if (type === 'result') ended.add(data.op ?? '');
        if (type === 'attempt')
          expect(ended.has(data.op ?? ''), `the finished step ${data.op ?? ''} ran again`).toBe(false);
      }
      expect((await world.run('runs', 'verify')).out).toContain('intact');
      expect(await world.processes('codex')).toEqual([]);
    },
  );
});
