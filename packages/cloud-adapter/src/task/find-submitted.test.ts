import { expect, it } from 'vitest';
import type { CloudCli } from '../cli/cloud-cli.js';
import type { ListedTask } from '../cli/task-status.js';
import { findSubmitted } from './find-submitted.js';
import type { CloudTurn } from './record.js';

const intendedAt = '2026-11-20T12:00:00.000Z';
const marker = `codex-orch-${'a'.repeat(36)}`;
const turn = { marker, environment: 'env_1', tasksBefore: ['task_e_before'], intendedAt } as unknown as CloudTurn;

const listed = (id: string, more: Partial<ListedTask> = {}): ListedTask => ({
  id,
  title: 'Greet',
  state: 'pending',
  updatedAt: '2026-11-20T12:01:00.000Z',
  environmentId: 'env_1',
  environmentLabel: null,
  ...more,
});

/** Tasks as they are listed, page by page. */
const cliOf = (...pages: readonly (readonly ListedTask[])[]): CloudCli =>
  ({
    capabilities: { listJson: true },
    list: ({ cursor = '0' }: { cursor?: string }) => {
      const page = Number(cursor);
      return Promise.resolve({ tasks: pages[page] ?? [], cursor: page + 1 < pages.length ? String(page + 1) : null });
    },
  }) as unknown as CloudCli;

const find = (cli: CloudCli, claimed: readonly string[] = [], of: CloudTurn = turn): Promise<string | undefined> =>
  findSubmitted(of, { cli, claimed: () => Promise.resolve(new Set(claimed)) });

it('knows the task by its marker, on whatever page it is', async () => {
  const marked = listed('task_e_1', { title: `[${marker}] Greet` });
  expect(await find(cliOf([listed('task_e_2')], [marked]))).toBe('task_e_1');
});

it.each([
  ['was there before', listed('task_e_before'), []],
  ['is of another run', listed('task_e_1'), ['task_e_1']],
  ['has the marker of another turn', listed('task_e_1', { title: `[codex-orch-${'b'.repeat(36)}]` }), []],
  ['is in another environment', listed('task_e_1', { environmentId: 'env_2' }), []],
  [
    'is older than the intent by more than clocks differ',
    listed('task_e_1', { updatedAt: '2026-11-20T11:49:00Z' }),
    [],
  ],
])('takes no task for its own that %s', async (_what, task, claimed) => {
  expect(await find(cliOf([task]), claimed)).toBeUndefined();
});

it.each([
  ['is new', listed('task_e_1')],
  ['seems a little older, as clocks differ', listed('task_e_1', { updatedAt: '2026-11-20T11:51:00Z' })],
  ['does not say where it is', listed('task_e_1', { environmentId: null })],
  ['names its environment in other letters', listed('task_e_1', { environmentId: 'ENV_1' })],
])('guesses nothing of a task that %s', async (_what, task) => {
  await expect(find(cliOf([task]))).rejects.toMatchObject({
    code: 'cloud-submission-unclear',
    candidates: ['task_e_1'],
  });
});

it('does not say that there is none where nobody can list tasks', async () => {
  const cli = { capabilities: { listJson: false } } as unknown as CloudCli;
  await expect(find(cli)).rejects.toMatchObject({ code: 'cloud-submission-unclear', candidates: [] });
});
