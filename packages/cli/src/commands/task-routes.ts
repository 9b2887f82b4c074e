import { buildCommand, buildRouteMap } from '@stricli/core';
import { common, words } from './route-flags.js';

const text = String;

const statuses = ['planned', 'in-progress', 'done'] as const;

const taskParameter = { brief: 'Id or slug of a task', parse: text, placeholder: 'task' } as const;

function parseStatus(word: string): string {
  if (!statuses.some((status) => status === word)) throw new SyntaxError(`"${word}" is none of ${statuses.join(', ')}`);
  return word;
}

/** `codex-orch task …` */
export const taskRoutes = buildRouteMap({
  routes: {
    new: buildCommand({
      loader: async () => (await import('./task.js')).create,
      parameters: {
        flags: {
          ...common,
          id: words('Its id; the next free number by default', 'id'),
          kind: words('What kind of entry it is; task by default', 'kind'),
          gate: words('What has to be true for it to be done', 'text'),
          path: words('Where it is described', 'path'),
        },
        positional: {
          kind: 'tuple',
          parameters: [{ brief: 'What is to be done, in one line', parse: text, placeholder: 'title' }],
        },
      },
      docs: { brief: 'Add a task to tasks/index.json' },
    }),
    list: buildCommand({
      loader: async () => (await import('./task.js')).list,
      parameters: {
        flags: { ...common, status: { kind: 'enum', values: statuses, brief: 'Only these', optional: true } },
      },
      docs: { brief: 'List the tasks' },
    }),
    show: buildCommand({
      loader: async () => (await import('./task.js')).show,
      parameters: { flags: common, positional: { kind: 'tuple', parameters: [taskParameter] } },
      docs: { brief: 'Show a task with its specs and runs' },
    }),
    status: buildCommand({
      loader: async () => (await import('./task.js')).status,
      parameters: {
        flags: common,
        positional: {
          kind: 'tuple',
          parameters: [taskParameter, { brief: statuses.join(', '), parse: parseStatus, placeholder: 'status' }],
        },
      },
      docs: { brief: 'Set how far a task is' },
    }),
  },
  docs: { brief: 'The tasks of tasks/index.json' },
});
