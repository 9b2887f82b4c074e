import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GoalEvent } from '../goal/events.js';
import { newRunId } from './run-id.js';
import { RunLayout, type RunLocation } from './run-layout.js';
import { RunStore } from './run-store.js';
import { verifyRun } from './verify-run.js';

let folder: string;
let location: RunLocation;

const created = (runId: string): GoalEvent => ({
  type: 'run.created',
  data: {
    runId,
    taskId: 'adhoc',
    goal: 'do it',
    repository: '/r',
    base: { commit: 'c', branch: 'main' },
    limits: { tokens: 1000, turns: 10, minutes: 10, revisions: 1, replans: 1 },
    testsRequired: true,
    version: '0.1.0',
  },
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'verify-run-'));
  location = new RunLayout(folder).place('adhoc', newRunId());
  await using store = await RunStore.open(location);
  await store.append(created(location.runId), { actor: 'orchestrator' });
  await writeFile(path.join(location.dir, 'diff.patch'), 'the diff');
  await store.recordArtifact('diff', 'diff.patch', { key: 'a' });
  await store.append({ type: 'run.cancelled', data: { by: 'a test' } }, { actor: 'human' });
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string): string => path.join(location.dir, name);

it('finds nothing wrong with a run as it was written', async () => {
  expect(await verifyRun(location)).toEqual([]);
});

describe('finds', () => {
  const lines = async (): Promise<string[]> => (await readFile(file('events.jsonl'), 'utf8')).trimEnd().split('\n');
  const rewrite = (kept: readonly (string | undefined)[]): Promise<void> =>
    writeFile(file('events.jsonl'), kept.map((line) => `${line ?? ''}\n`).join(''));

  it('a changed event, by its line', async () => {
    const [first, second, third] = await lines();
    await rewrite([first, second?.replace('"kind":"diff"', '"kind":"log"'), third]);
    expect(await verifyRun(location)).toMatchObject([{ file: file('events.jsonl'), line: 2 }]);
  });

  it('a dropped and a reordered event, by its line', async () => {
    const [first, second, third] = await lines();
    await rewrite([first, third]);
    expect(await verifyRun(location)).toMatchObject([{ line: 2 }]);
    await rewrite([first, third, second]);
    expect(await verifyRun(location)).toMatchObject([{ line: 2 }]);
  });

  it('a cut-off event, from the head in the manifest', async () => {
    const [first, second] = await lines();
    await rewrite([first, second]);
    expect(await verifyRun(location)).toMatchObject([
      { line: 3, message: expect.stringContaining('cut off') as string },
    ]);
  });

  it('a torn last line', async () => {
    const { length } = await readFile(file('events.jsonl'));
    await truncate(file('events.jsonl'), length - 5);
    expect(await verifyRun(location)).toMatchObject([{ line: 3 }, { line: 3 }]);
  });

  it('a changed and a missing artifact', async () => {
    for (const text of ['another diff', 'THE diff']) {
      await writeFile(file('diff.patch'), text);
      expect(await verifyRun(location)).toMatchObject([{ file: expect.stringContaining('diff.patch') as string }]);
    }
    await rm(file('diff.patch'));
    expect(await verifyRun(location)).toMatchObject([{ message: expect.stringContaining('cannot be read') as string }]);
  });

  it('a damaged journal, by its line', async () => {
    await writeFile(file('journal.jsonl'), 'no log line\n');
    expect(await verifyRun(location)).toMatchObject([{ file: file('journal.jsonl'), line: 1 }]);
  });

  it('a manifest that says something else', async () => {
    const manifest = await readFile(file('manifest.json'), 'utf8');
    await writeFile(file('manifest.json'), manifest.replace('"state": "cancelled"', '"state": "done"'));
    expect(await verifyRun(location)).toMatchObject([{ file: file('manifest.json') }]);
  });
});

it('writes a manifest that is missing or old again when the run is opened', async () => {
  await rm(file('manifest.json'));
  await using store = await RunStore.open(location);
  expect(store.state.phase).toBe('cancelled');
  expect(await verifyRun(location)).toEqual([]);
});

it('refuses an event that the state machine does not allow, and records nothing', async () => {
  await using store = await RunStore.open(location);
  await expect(store.append(created(location.runId), { actor: 'x' })).rejects.toMatchObject({
    code: 'illegal-transition',
  });
  expect(await verifyRun(location)).toEqual([]);
});
