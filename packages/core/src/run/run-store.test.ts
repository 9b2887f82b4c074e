import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { GoalEvent } from '../goal/events.js';
import { Redactor } from '../secret/redactor.js';
import { Secret } from '../secret/secret.js';
import { newRunId } from './run-id.js';
import { type RecordedEvent, RunStore } from './run-store.js';
import { verifyRun } from './verify-run.js';

const value = 'hunter2hunter2';

async function openStore(): Promise<{ store: RunStore; told: RecordedEvent[]; created: GoalEvent }> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'run-store-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const redactor = new Redactor();
  redactor.add(new Secret('KEY', value));
  const told: RecordedEvent[] = [];
  const runId = newRunId();
  const store = await RunStore.open(
    { taskId: 'adhoc', runId, dir },
    { redactor, onEvent: (event) => told.push(event) },
  );
  const created: GoalEvent = {
    type: 'run.created',
    data: {
      runId,
      taskId: 'adhoc',
      goal: `use ${value}`,
      repository: '/repo',
      base: { commit: 'abc', branch: 'main' },
      limits: { tokens: 1, turns: 1, minutes: 1, revisions: 0, replans: 0 },
      testsRequired: true,
      version: '1',
    },
  };
  return { store, told, created };
}

it('records, tells and derives from events without secrets, and the chain is intact', async () => {
  const { store, told, created } = await openStore();
  await store.append(created, { actor: 'orchestrator', key: 'goal:0' });
  await store.close();
  expect(store.state.created?.goal).toBe('use [redacted:KEY]');
  expect(JSON.stringify(told)).not.toContain(value);
  for (const file of ['events.jsonl', 'manifest.json']) {
    const text = await readFile(path.join(store.dir, file), 'utf8');
    expect(text).toContain('use [redacted:KEY]');
    expect(text).not.toContain(value);
  }
  expect(await verifyRun(store.location)).toEqual([]);
});

it('names the secret in a diff, which stays as it is', async () => {
  const { store, created } = await openStore();
  await store.append(created, { actor: 'orchestrator', key: 'goal:0' });
  const diff = path.join(store.dir, 'diff.patch');
  await writeFile(diff, `+const key = "${value}";\n`);
  await store.recordArtifact('diff', 'diff.patch', { key: 'goal:1' });
  await store.close();
  expect(store.state.artifacts.get('diff.patch')?.secrets).toEqual(['KEY']);
  expect(await readFile(diff, 'utf8')).toContain(value);
  expect(await verifyRun(store.location)).toEqual([]);
});

it('refuses what is no event any more without its secret, and records nothing', async () => {
  const { store, created } = await openStore();
  await store.append(created, { actor: 'orchestrator', key: 'goal:0' });
  const spoilt = { type: 'promoted', data: { commit: 'c', diffSha256: value } } as const;
  await expect(store.append(spoilt, { actor: 'orchestrator' })).rejects.toMatchObject({ code: 'secret-in-record' });
  await store.close();
  expect(await readFile(path.join(store.dir, 'events.jsonl'), 'utf8')).not.toContain('promoted');
});

it('judges events that come together one after the other', async () => {
  const { store, told, created } = await openStore();
  await Promise.all([
    store.append(created, { actor: 'orchestrator' }),
    store.append({ type: 'run.cancelled', data: { by: 'a test' } }, { actor: 'human' }),
  ]);
  await store.close();
  expect(told.map(({ event }) => event.type)).toEqual(['run.created', 'run.cancelled']);
  expect(store.state.phase).toBe('cancelled');
});

it('takes an event whose key it knows for the one that it recorded', async () => {
  const { store, told, created } = await openStore();
  await store.append(created, { actor: 'orchestrator', key: 'goal:0' });
  await store.append(created, { actor: 'orchestrator', key: 'goal:0' });
  await store.close();
  expect(told).toHaveLength(1);
  expect(await verifyRun(store.location)).toEqual([]);
});
