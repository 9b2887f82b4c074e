import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultConfig, newRunId, ProcessLock, Redactor } from '@codex-orch/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noteRun } from '../compose/noted-runs.js';
import { Notary } from '../compose/notary.js';
import { collectGarbage } from './collect-garbage.js';
import { noteKnownSecrets } from './known-secrets.js';

const key = 'a-key-that-a-thread-repeated';

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gc-'));
  env = { HOME: folder, CODEX_ORCH_HOME: path.join(folder, 'state'), MY_KEY: key };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rollout = (runId: string): string => path.join(folder, 'state/codex', runId, 'sessions/rollout.jsonl');

/** What a Codex leaves that was killed with its starter: a run that can be resumed, and its threads as they were. */
async function killedRun({ isNoted = true } = {}): Promise<{ readonly runId: string; readonly dir: string }> {
  const runId = newRunId();
  const dir = path.join(folder, 'repo/.runs/adhoc', runId);
  await mkdir(dir, { recursive: true });
  // A record in disorder: nothing of this run is ever removed.
  await writeFile(path.join(dir, 'events.jsonl'), '{}\n');
  if (isNoted) await noteRun(env, { taskId: 'adhoc', runId, dir });
  await mkdir(path.dirname(rollout(runId)), { recursive: true });
  await writeFile(rollout(runId), JSON.stringify({ output: `export MY_KEY=${key}` }));
  return { runId, dir };
}

async function gc({ dryRun = false } = {}) {
  const redactor = new Redactor();
  const config = { ...defaultConfig, secrets: { mine: { from: 'env', variable: 'MY_KEY' } as const } };
  await noteKnownSecrets(config, env, redactor);
  const notary = new Notary({ config: defaultConfig.signing, env, repository: null });
  const limits = { olderThanMs: 0, keep: 0, resumableMs: 0 };
  return collectGarbage({
    env,
    notary,
    redactor,
    actor: 'human:ada',
    ...limits,
    dryRun,
    runsOf: undefined,
    repository: undefined,
  });
}

describe('the Codex home of a run that stays', () => {
  it.each([
    ['is known', true],
    ['is not known', false],
  ])('loses the secrets that a killed Codex left there, where its run %s', async (_what, isNoted) => {
    const { runId } = await killedRun({ isNoted });
    expect((await gc({ dryRun: true })).masked).toEqual([]);
    expect(await readFile(rollout(runId), 'utf8')).toContain(key);

    const { masked, removed, kept } = await gc();
    expect(removed).toEqual([]);
    expect(kept).toMatchObject([{ runId }]);
    expect(masked).toEqual([{ runId, path: path.dirname(path.dirname(rollout(runId))), secrets: ['MY_KEY'] }]);
    expect(await readFile(rollout(runId), 'utf8')).toBe(
      JSON.stringify({ output: `export MY_KEY=${'*'.repeat(key.length)}` }),
    );
    expect((await gc()).masked).toEqual([]);
  });

  it('is left to the process that works on its run', async () => {
    const { runId, dir } = await killedRun();
    const lock = await ProcessLock.acquire(path.join(dir, 'lock'), 'Run');
    expect((await gc()).masked).toEqual([]);
    expect(await readFile(rollout(runId), 'utf8')).toContain(key);
    await lock.release();
    expect((await gc()).masked).toHaveLength(1);
  });

  it('is left to a Codex that waits in it for an approval', async () => {
    const { runId } = await killedRun();
    const server = createServer().listen(path.join(folder, 'state/codex', runId, 'socket'));
    await once(server, 'listening');
    expect((await gc()).masked).toEqual([]);
    server.close();
    await once(server, 'close');
    expect((await gc()).masked).toHaveLength(1);
  });
});
