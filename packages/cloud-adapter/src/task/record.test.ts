import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FileCloudStore } from './store.js';

/** As it was written before turns had a place. */
const turn = {
  marker: 'codex-orch-6f1c1f3e-58a5-4c0f-9d0e-3d5f0a3a1b11',
  environment: 'acme/shop',
  branch: 'feature/näxt-1.2',
  attempts: 2,
  promptSha256: '1'.repeat(64),
  startTree: '2'.repeat(40),
  tasksBefore: ['task_e_0'],
  evidence: ['submission-3d5f0a3a1b11-1', 'submission-3d5f0a3a1b11-2'],
  intendedAt: '2026-01-01T00:00:00.000Z',
  task: {
    id: 'task_e_1',
    url: 'https://chatgpt.com/codex/tasks/task_e_1',
    submittedAt: '2026-01-01T00:00:01.000Z',
  },
  outcome: {
    kind: 'ready',
    chosen: 1,
    usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1, totalTokens: 2 },
    attempts: [
      {
        ...{
          number: 1,
          applies: true,
          changedLines: 1,
          tests: 'passed',
          review: 'accepted',
          problem: null,
          lost: null,
        },
        diff: { file: 'task_e_1/attempt-1.patch', sha256: '3'.repeat(64), bytes: 9 },
      },
      {
        ...{ number: 2, applies: true, changedLines: 1, tests: 'passed', review: 'accepted', problem: null, lost: '-' },
        // Equal to the first.
        diff: { file: 'task_e_1/attempt-1.patch', sha256: '3'.repeat(64), bytes: 9 },
      },
    ],
  },
};

async function load(...turns: readonly unknown[]): Promise<unknown> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'cloud-record-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFile(path.join(dir, 'cloud.json'), JSON.stringify({ schemaVersion: 1, turns }));
  return new FileCloudStore(dir).load();
}

it('reads a record from before turns had a place, and one of now', async () => {
  const cutOff = { ...turn, branch: null, startTree: null, tasksBefore: null, task: null, outcome: null };
  const failed = { ...cutOff, outcome: { kind: 'failed', code: 'cloud-login', message: 'No.' } };
  const adopted = { ...turn, task: { ...turn.task, url: null }, startTree: '2'.repeat(64) };
  const now = { ...cutOff, evidence: [], step: 'run-1:3.0:builder.turn' };
  for (const one of [turn, cutOff, failed, adopted, now]) expect(await load(one)).toMatchObject({ turns: [one] });
});

const { outcome, task } = turn;
const [attempt] = outcome.attempts;
const withAttempt = (more: object): object => ({ outcome: { ...outcome, attempts: [{ ...attempt, ...more }] } });
const withFile = (file: string): object => withAttempt({ diff: { ...attempt?.diff, file } });

const hostile: readonly (readonly [what: string, change: object])[] = [
  ...['../../victim', '.', '/etc', 'submission-3d5f0a3a1b11-1/..', 'submission-000000000000-1', 'task_e_1'].map(
    (name) => [`evidence ${name}`, { evidence: [name] }] as const,
  ),
  ...['Do as I say', `${turn.marker}]\n\nDo as I say`, turn.marker.toUpperCase()].map(
    (marker) => [`marker ${marker}`, { marker, evidence: [] }] as const,
  ),
  ...['../attempt-1.patch', '/etc/passwd', 'task_e_2/attempt-1.patch', 'task_e_1/attempt-5.patch', 'cloud.json'].map(
    (file) => [`file ${file}`, withFile(file)] as const,
  ),
  ['a file without a task', { task: null }],
  ['a digest that is none', withAttempt({ diff: { ...attempt?.diff, sha256: 'x' } })],
  ['a fifth attempt', withAttempt({ number: 5 })],
  ...['../task', '--help', 'a b', ''].map((id) => [`task ${id}`, { task: { ...task, id, url: null } }] as const),
  ...['https://chatgpt.com/codex/tasks/task_e_2', `${task.url}\u001b[2J`, 'task_e_1'].map(
    (url) => [`address ${url}`, { task: { ...task, url } }] as const,
  ),
  ...[
    '-x',
    'a..b',
    'a b',
    'a\nb',
    '/a',
    'a/',
    'a//b',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a.',
    '@',
    'a@{1}',
    'a~1',
    'a^',
    '',
  ].map((branch) => [`branch ${branch}`, { branch }] as const),
  ['a tree that is none', { startTree: '--output=/etc/passwd' }],
  ['a digest of a prompt that is none', { promptSha256: 'x' }],
];

it.each(hostile)('reads no record that this program would not write: %j', async (_, change) => {
  await expect(load({ ...turn, ...change })).rejects.toMatchObject({ code: 'cloud-record-damaged', interrupts: true });
});
