import { buildCommand, buildRouteMap, numberParser } from '@stricli/core';
import { common } from './route-flags.js';

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

const file = {
  kind: 'tuple',
  parameters: [{ brief: 'The goals: YAML or JSON', parse: text, placeholder: 'file' }],
} as const;

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
  },
  docs: { brief: 'Plan many goals at once' },
});
