import { buildCommand, buildRouteMap } from '@stricli/core';
import { common, many, words, yes } from './route-flags.js';

/** `codex-orch integrate …` */
export const integrateCommand = buildCommand({
  loader: async () => (await import('./integrate.js')).integrate,
  parameters: {
    flags: {
      ...common,
      base: words('Branch to start from, instead of the current one', 'branch'),
      branch: words('Branch to build, instead of codex-orch/integration/<id>', 'branch'),
      test: many('Test command, instead of the configured or detected one; repeatable', 'command'),
      noTests: yes('Accept an integration that nothing has tested'),
      dryRun: yes('Only say what would be merged: no tests, no branch'),
      revise: yes('Hand each conflict to a builder, in a run that follows the one that conflicts'),
      resume: words('Go on with this integration: its id, its beginning or end, or "latest"', 'id'),
      approve: words('Approve what the merges of this integration made; its branch then gets it', 'id'),
      reject: words('Reject what the merges of this integration made', 'id'),
      reason: words('Why it is approved or rejected, for the record', 'text'),
      acceptSecrets: words('Why what looks like a secret is none; for the record', 'reason'),
    },
    positional: {
      kind: 'array',
      parameter: {
        brief: 'Run id, its beginning or end, or the id of goals that were run together',
        parse: String,
        placeholder: 'run',
      },
    },
  },
  docs: {
    brief: 'Build a branch from approved diffs, each tested on top of those before it; your checkout stays as it is',
  },
});

/** `codex-orch integrations …` */
export const integrationsRoutes = buildRouteMap({
  routes: {
    list: buildCommand({
      loader: async () => (await import('./integrations.js')).list,
      parameters: { flags: common },
      docs: { brief: 'List what was integrated in a repository, and how each stands' },
    }),
    show: buildCommand({
      loader: async () => (await import('./integrations.js')).show,
      parameters: {
        flags: common,
        positional: {
          kind: 'tuple',
          parameters: [
            {
              brief: 'Integration id, its beginning or end, or "latest" (the default)',
              parse: String,
              placeholder: 'id',
              optional: true,
            },
          ],
        },
      },
      docs: { brief: 'Show what became of each run of an integration' },
    }),
  },
  docs: { brief: 'Look at what was integrated' },
});
