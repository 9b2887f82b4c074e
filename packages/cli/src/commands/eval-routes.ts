import { buildCommand, buildRouteMap } from '@stricli/core';
import { common, many, yes } from './route-flags.js';

const text = String;

/** `codex-orch eval …` */
export const evalRoutes = buildRouteMap({
  routes: {
    run: buildCommand({
      loader: async () => (await import('./eval-run.js')).run,
      parameters: {
        flags: {
          ...common,
          target: many('Only this target; repeatable', 'name'),
          asset: many('Only this codemod or rule; repeatable', 'id'),
          quick: yes('Only the targets that are soon done'),
          noCache: yes('Run what is known from an earlier evaluation of the same things again'),
          record: yes('Write what passed into the index, as the proof of its assets'),
        },
      },
      docs: {
        brief:
          'Apply the codemods and rules of your repository to pinned packages, whose own tests judge before and after',
      },
    }),
    compare: buildCommand({
      loader: async () => (await import('./eval-compare.js')).compare,
      parameters: {
        flags: common,
        positional: {
          kind: 'tuple',
          parameters: [
            { brief: 'Id of an evaluation, or its file', parse: text, placeholder: 'before' },
            { brief: 'Id of a later one, or its file', parse: text, placeholder: 'after' },
          ],
        },
      },
      docs: { brief: 'Tell what became better and worse from one evaluation to another' },
    }),
    targets: buildRouteMap({
      routes: {
        check: buildCommand({
          loader: async () => (await import('./eval-targets.js')).check,
          parameters: { flags: { ...common, releases: yes('Ask the registry for newer releases too') } },
          docs: { brief: 'Tell which pinned targets are due for a refresh' },
        }),
      },
      docs: { brief: 'Look at the pinned packages' },
    }),
  },
  docs: { brief: 'Prove on real code that assets keep behaviour' },
});
