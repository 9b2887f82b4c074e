import { buildCommand, buildRouteMap } from '@stricli/core';
import { common, many, words } from './route-flags.js';

const text = String;

const specArgument = {
  kind: 'tuple',
  parameters: [{ brief: 'Id or path of a spec', parse: text, placeholder: 'spec' }],
} as const;

const decideCommand = (name: 'approve' | 'reject', brief: string) =>
  buildCommand({
    loader: async () => (await import('./spec-decide.js'))[name],
    parameters: { flags: { ...common, reason: words('Why, for the record', 'text') }, positional: specArgument },
    docs: { brief },
  });

/** `codex-orch spec …` */
export const specRoutes = buildRouteMap({
  routes: {
    new: buildCommand({
      loader: async () => (await import('./spec.js')).create,
      parameters: {
        flags: {
          ...common,
          title: { kind: 'parsed', parse: text, brief: 'What it is about, in one line', placeholder: 'text' },
          covers: {
            kind: 'parsed',
            parse: text,
            brief: 'Glob of the paths that it governs; repeatable',
            variadic: true,
            placeholder: 'glob',
          },
          task: many('Task or spec that it relates to; repeatable', 'id'),
          owner: many('Who answers for it; you by default; repeatable', 'who'),
          risk: {
            kind: 'enum',
            values: ['low', 'medium', 'high', 'critical'],
            brief: 'How much hangs on it',
            default: 'medium',
          },
          id: words('Its id; the next free number by default', 'id'),
        },
      },
      docs: { brief: 'Write the skeleton of a spec and register it' },
    }),
    register: buildCommand({
      loader: async () => (await import('./spec.js')).register,
      parameters: {
        flags: common,
        positional: {
          kind: 'tuple',
          parameters: [
            {
              brief: 'A file in tasks/specs, from the working folder or the root of the repository',
              parse: text,
              placeholder: 'path',
            },
          ],
        },
      },
      docs: { brief: 'Enter a spec into tasks/index.json, or bring its entry up to date' },
    }),
    review: buildCommand({
      loader: async () => (await import('./spec-decide.js')).review,
      parameters: {
        flags: { ...common, note: words('What you found, for the record', 'text') },
        positional: specArgument,
      },
      docs: { brief: 'Record that you have read a spec and that it still holds' },
    }),
    approve: decideCommand('approve', 'Approve exactly the content that a spec has now'),
    reject: decideCommand('reject', 'Reject the content that a spec has now'),
    status: buildCommand({
      loader: async () => (await import('./spec.js')).status,
      parameters: {
        flags: common,
        positional: {
          kind: 'tuple',
          parameters: [
            { brief: 'Id or path of a spec; all by default', parse: text, placeholder: 'spec', optional: true },
          ],
        },
      },
      docs: { brief: 'Show how the specs stand: approved, reviewed, due' },
    }),
  },
  docs: { brief: 'Write, review and approve specs' },
});
