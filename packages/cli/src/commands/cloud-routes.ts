import { buildCommand, buildRouteMap, numberParser } from '@stricli/core';
import { common, words, yes } from './route-flags.js';

const text = String;

const number = (brief: string) =>
  ({ kind: 'parsed', parse: numberParser, brief, optional: true, placeholder: 'n' }) as const;

const task = { brief: 'Task of Codex Cloud', parse: text, placeholder: 'task' } as const;

/** `codex-orch cloud …` */
export const cloudRoutes = buildRouteMap({
  routes: {
    environments: buildCommand({
      loader: async () => (await import('./cloud.js')).environments,
      parameters: { flags: common },
      docs: { brief: 'Show which environments of Codex Cloud are known, and which one this repository gets' },
    }),
    submit: buildCommand({
      loader: async () => (await import('./cloud.js')).submit,
      parameters: {
        flags: {
          ...common,
          environment: words('Environment, by id or label', 'name'),
          attempts: number('How many attempts are made, from 1 to 4'),
          branch: words('Branch to work on; the current one by default', 'branch'),
        },
        positional: {
          kind: 'array',
          parameter: { brief: 'What is to be done', parse: text, placeholder: 'prompt' },
          minimum: 1,
        },
      },
      docs: { brief: 'Submit a task to Codex Cloud, outside of any run' },
    }),
    status: buildCommand({
      loader: async () => (await import('./cloud.js')).status,
      parameters: {
        flags: { ...common, wait: yes('Wait until the task is ready or has failed') },
        positional: { kind: 'tuple', parameters: [task] },
      },
      docs: { brief: 'Say how a task stands' },
    }),
    diff: buildCommand({
      loader: async () => (await import('./cloud.js')).diff,
      parameters: {
        flags: {
          ...common,
          attempt: number('Which attempt, from 1'),
          output: words('File to write the diff into, as it is', 'file'),
        },
        positional: { kind: 'tuple', parameters: [task] },
      },
      docs: { brief: 'Show the diff of a task. Applies nothing' },
    }),
    adopt: buildCommand({
      loader: async () => (await import('./cloud.js')).adopt,
      parameters: {
        flags: common,
        positional: {
          kind: 'tuple',
          parameters: [
            { brief: 'Run id, its beginning or end, or "latest"', parse: text, placeholder: 'run' },
            { brief: 'The task that its submission made, or "none"', parse: text, placeholder: 'task' },
          ],
        },
      },
      docs: { brief: 'Say which task a submission made that was cut off' },
    }),
    sync: buildCommand({
      loader: async () => (await import('./cloud-sync.js')).sync,
      parameters: {
        flags: common,
        positional: {
          kind: 'array',
          parameter: { brief: 'Run; all that are not sent yet when there is none', parse: text, placeholder: 'run' },
        },
      },
      docs: { brief: 'Send the summaries of ended runs to where cloudSync says' },
    }),
  },
  docs: { brief: 'Work with Codex Cloud' },
});
