import { buildCommand, buildRouteMap, numberParser } from '@stricli/core';
import { common, databaseFlags, words, yes } from './route-flags.js';

const text = String;

const flags = {
  ...common,
  concurrency: {
    kind: 'parsed',
    parse: numberParser,
    brief: 'How many goals are worked on at the same time on this machine; 2 by default',
    optional: true,
    placeholder: 'n',
  },
} as const;

const queueFlag = { queue: words('With --database: the queue of the goals; "goals" by default', 'name') } as const;

const remote = { ...common, ...databaseFlags, ...queueFlag } as const;

const file = {
  kind: 'tuple',
  parameters: [{ brief: 'The goals: YAML or JSON', parse: text, placeholder: 'file' }],
} as const;

const optionalFile = {
  kind: 'tuple',
  parameters: [{ ...file.parameters[0], optional: true }],
} as const;

const fleet = {
  brief: 'The id of goals that were begun together, its beginning or end, or "latest" (the default)',
  parse: text,
  placeholder: 'id',
} as const;

const number = (brief: string) =>
  ({ kind: 'parsed', parse: numberParser, brief, optional: true, placeholder: 'n' }) as const;

/** `codex-orch goals …` */
export const goalsRoutes = buildRouteMap({
  routes: {
    plan: buildCommand({
      loader: async () => (await import('./goals.js')).plan,
      parameters: { flags, positional: file },
      docs: {
        brief: 'Show how the goals of a file would be worked on: order, lanes, budgets, overlaps. Starts nothing',
      },
    }),
    approve: buildCommand({
      loader: async () => (await import('./goals-approve.js')).approve,
      parameters: { flags: { ...flags, reason: words('Why, for the record', 'text') }, positional: file },
      docs: { brief: 'Approve exactly the plan of a file, as goals in the cloud need it before they start' },
    }),
    run: buildCommand({
      loader: async () => (await import('./goals-run.js')).run,
      parameters: {
        flags: {
          ...flags,
          resume: words('Go on with goals that were begun: their id, its beginning or end, or "latest"', 'id'),
          new: yes('Begin the goals of a file again, though the same are under way'),
          maxTokens: number('Tokens that all goals may use together'),
          maxMinutes: number('Minutes that all goals may be worked on together'),
          ...databaseFlags,
          ...queueFlag,
        },
        positional: optionalFile,
      },
      docs: {
        brief: 'Work on the goals of a file, several at a time, until each has ended or waits for your approval',
      },
    }),
    status: buildCommand({
      loader: async () => (await import('./goals-status.js')).status,
      parameters: { flags: remote, positional: { kind: 'tuple', parameters: [{ ...fleet, optional: true }] } },
      docs: { brief: 'Show how the goals stand that were begun together' },
    }),
    list: buildCommand({
      loader: async () => (await import('./goals-status.js')).list,
      parameters: { flags: { ...common, database: databaseFlags.database, ...queueFlag } },
      docs: { brief: 'List what goals were begun together in a repository' },
    }),
    cancel: buildCommand({
      loader: async () => (await import('./goals-cancel.js')).cancel,
      parameters: {
        flags: { ...common, database: databaseFlags.database, ...queueFlag },
        positional: {
          kind: 'array',
          parameter: { brief: 'Their id, then the goals; all when none is named', parse: text, placeholder: 'id' },
          minimum: 1,
        },
      },
      docs: { brief: 'Cancel goals that were begun together, one or all' },
    }),
  },
  docs: { brief: 'Work on many goals at once' },
});
