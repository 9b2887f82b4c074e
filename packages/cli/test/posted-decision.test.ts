import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { approvalSchema, type Json, newRunId } from '@codex-orch/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  asJson,
  goalQueue,
  remoteApprovalSignal,
  remoteGoalWorkflowName,
  remoteStandingSchema,
  standingSignal,
} from '../src/compose/fleet-database/remote-goal.js';
import { OtherProcesses } from './other-processes.js';
import { World } from './world.js';

const { DatabaseArtifactStore, DbosEngine } = await import('@codex-orch/engine-dbos');

let world: World;
let processes: OtherProcesses;

beforeEach(async () => {
  world = await World.make();
  processes = new OtherProcesses();
});

afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const diff = Buffer.from('the diff');
const digest = { sha256: createHash('sha256').update(diff).digest('hex'), bytes: diff.length };

const standing = (runId: string, phase: string): Json =>
  asJson(
    remoteStandingSchema.parse({
      ...{ runId, phase, worker: 'machine-a', diffSha256: digest.sha256, requests: [] },
      artifacts: [{ path: 'diff.patch', ...digest }],
    }),
  );

it('who decides while no worker is there is told that the decision is kept, and the next worker carries it out', async () => {
  const url = await processes.postgres();
  const runId = newRunId();
  const taken: Json[] = [];
  const worker = (): InstanceType<typeof DbosEngine> => {
    const engine = new DbosEngine({ url, version: '1', suspendAfterMs: 1 });
    engine.register({
      name: remoteGoalWorkflowName,
      run: async (ctx) => {
        await ctx.step('tell', async ({ key }) => {
          await engine.signal(runId, standingSignal, standing(runId, 'awaiting-approval'), key);
          return null;
        });
        taken.push((await ctx.waitFor(remoteApprovalSignal)) ?? null);
        return standing(runId, 'done');
      },
    });
    engine.defineQueue(goalQueue, {});
    return engine;
  };
  {
    await using first = worker();
    await first.start();
    await new DatabaseArtifactStore(first).put(digest, Readable.from([diff]));
    const base = { commit: world.git('rev-parse', 'HEAD').trim(), branch: 'main' };
    const goal = { runId, taskId: 'adhoc', goal: 'one', base };
    await first.submit(remoteGoalWorkflowName, goal, { id: runId, queue: goalQueue });
    expect((await first.settled(runId)).status).toBe('waiting');
  }
  const call = world.start('approve', runId, '--database', url, '--reason', 'reads well');
  await call.until(/The decision is recorded[^]*worker/);
  await using second = worker();
  await second.start();
  const said = await call.said;
  expect(said.code, said.err).toBe(0);
  expect(said.out).toMatch(/ is done, on machine-a/);
  expect(taken.map((one) => approvalSchema.parse(one))).toMatchObject([
    { decision: 'approved', subject: { id: runId, sha256: digest.sha256 }, justification: 'reads well' },
  ]);
  expect(said.err).not.toContain(new URL(url).password);
});
