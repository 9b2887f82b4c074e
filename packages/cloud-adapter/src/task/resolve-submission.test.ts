import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { explainFailure } from '../cli/explain-failure.js';
import type { CloudTurn } from './record.js';
import { resolveSubmission } from './resolve-submission.js';
import { FileCloudStore } from './store.js';

const markerOf = (name: string): string => `codex-orch-6f1c1f3e-58a5-4c0f-9d0e-${name.repeat(12)}`;

const turn = (name: string, more: Partial<CloudTurn> = {}): CloudTurn => ({
  marker: markerOf(name),
  environment: 'env_1',
  branch: null,
  attempts: 1,
  promptSha256: '1'.repeat(64),
  startTree: null,
  tasksBefore: null,
  evidence: [`submission-${name.repeat(12)}-1`],
  intendedAt: '2026-11-20T12:00:00.000Z',
  task: null,
  outcome: null,
  ...more,
});

async function storeWith(...turns: readonly CloudTurn[]): Promise<FileCloudStore> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'resolve-submission-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const store = new FileCloudStore(dir);
  await store.save({ schemaVersion: 1, turns: [...turns] });
  return store;
}

it('lets a submission be made again once a person has said that there was none', async () => {
  const store = await storeWith(turn('a'));
  // Without evidence nobody looks for it any more.
  expect(await resolveSubmission(store, null)).toMatchObject({ task: null, evidence: [] });
});

it('takes no task that an earlier turn made', async () => {
  const task = { id: 'task_e_1', url: null, submittedAt: '2026-11-20T11:00:00.000Z' };
  const earlier = turn('a', { task, outcome: { kind: 'failed', code: 'c', message: 'm' } });
  const store = await storeWith(earlier, turn('b'));
  await expect(resolveSubmission(store, 'task_e_1')).rejects.toMatchObject({ code: 'cloud-nothing-unclear' });
  expect(await resolveSubmission(store, 'task_e_2')).toMatchObject({
    marker: markerOf('b'),
    task: { id: 'task_e_2' },
  });
});

it.each([
  'error sending request for url (https://chatgpt.com)',
  'connection reset by peer',
  'POST https://chatgpt.com/x failed: 408; content-type=text/plain; body=',
  'POST https://chatgpt.com/x failed: 502; content-type=text/html; body=<html>',
])('does not know whether a task was made where it was said: %s', (said) => {
  const told = (what: string) => explainFailure(`Error: http error: ${what} failed: ${said}`);
  expect(told('create_task')).toMatchObject({ code: 'cloud-unavailable', isUnclear: true });
  expect(told('list_tasks')).toMatchObject({ code: 'cloud-unavailable', isUnclear: false });
});
