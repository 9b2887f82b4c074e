import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { CloudCli } from '../cli/cloud-cli.js';
import { CloudLoginError, CloudUnavailableError } from '../cli/errors.js';
import type { ListedTask } from '../cli/task-status.js';
import { FileCloudStore } from './store.js';
import { intend, submitOnce } from './submit-once.js';
import { unfinishedTurn } from './take-up-turn.js';

const request = { environment: 'env_1', attempts: 1, prompt: 'Greet.' };

/** A command line that submits and lists as it is told. */
async function world(submit: (evidence: string, times: number) => Promise<{ taskId: string; url: string }>) {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'submit-once-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const store = new FileCloudStore(dir);
  const lists: (readonly ListedTask[])[] = [];
  let submitted = 0;
  const cli = {
    capabilities: { listJson: true },
    list: () => Promise.resolve({ tasks: lists.shift() ?? [], cursor: null }),
    submit: (_request: unknown, evidence: string) => submit(evidence, ++submitted),
  } as unknown as CloudCli;
  const begun = await intend(request, null, { cli, store });
  const go = async () => submitOnce((await unfinishedTurn(store)) ?? begun, request, { cli, store, settleMs: 1 });
  const listed = (title: string): ListedTask => ({
    ...{ id: 'task_e_1', title, state: 'pending', environmentId: 'env_1', environmentLabel: null },
    updatedAt: new Date().toISOString(),
  });
  return { store, begun, lists, go, listed, submitted: () => submitted };
}

const unclear = new CloudUnavailableError('it was lost', { isUnclear: true });

it('believes what Codex noted of a submission, not how the command ended', async () => {
  const { store, go, submitted } = await world(async (evidence) => {
    await writeFile(path.join(evidence, 'error.log'), 'new_task: created id=task_e_1 env=env_1\n');
    throw unclear;
  });
  expect(await go()).toMatchObject({ task: { id: 'task_e_1' } });
  expect(await go()).toMatchObject({ task: { id: 'task_e_1' } });
  expect(submitted()).toBe(1);
  expect(await readdir(store.dir)).toEqual(['cloud.json']);
});

it('looks a second time for a task that was made a moment ago', async () => {
  const { begun, lists, go, listed, submitted } = await world(() => Promise.reject(unclear));
  await expect(go()).rejects.toBe(unclear);
  lists.push([], [listed(`[${begun.marker}] Greet`)]);
  expect(await go()).toMatchObject({ task: { id: 'task_e_1' } });
  expect(submitted()).toBe(1);
});

it('looks for nothing where nothing can have been made', async () => {
  const { lists, go, listed, submitted } = await world((_evidence, times) =>
    times === 1
      ? Promise.reject(new CloudLoginError('not signed in'))
      : Promise.resolve({ taskId: 'task_e_2', url: 'https://chatgpt.com/codex/tasks/task_e_2' }),
  );
  await expect(go()).rejects.toMatchObject({ code: 'cloud-login' });
  lists.push([listed('Another one')]);
  expect(await go()).toMatchObject({ task: { id: 'task_e_2' } });
  expect(submitted()).toBe(2);
});
