import { buildCommand, buildRouteMap, numberParser } from '@stricli/core';
import { common, many, words, yes } from './route-flags.js';

const text = String;

/** `codex-orch eval …` */
export const evalRoutes = buildRouteMap({
  routes: {
    run: buildCommand({
      loader: async () => (await import('./eval-run.js')).run,
      parameters: {
        flags: {
          ...common,
          target: many('Only this target of the scenario; repeatable', 'name'),
          asset: many('Only this asset of the scenario; repeatable', 'id'),
          quick: yes('The scenario quick: only the targets that are soon done'),
          noCache: yes('Run what is known from an earlier evaluation of the same things again'),
          record: yes('Write what passed into the index, as the proof of its assets'),
          resume: words('Go on with an evaluation that was interrupted, or with the latest of them', 'id'),
          parallel: {
            kind: 'parsed',
            parse: numberParser,
            brief: 'Targets that are worked on at the same time, instead of two',
            optional: true,
            placeholder: 'n',
          },
        },
        positional: {
          kind: 'tuple',
          parameters: [
            {
              brief: 'File of a scenario, or its name in evaluation/scenarios; all-assets when there is none',
              parse: text,
              placeholder: 'scenario',
              optional: true,
            },
          ],
        },
      },
      docs: {
        brief:
          'Apply the codemods and rules of your repository to pinned packages, whose own tests judge before and after',
        fullDescription: [
          'Apply the codemods and rules of your repository to pinned packages, whose own tests judge before and after.',
          'A scenario says which assets go to which targets, with which options, and which thresholds they have to meet.',
        ].join('\n'),
      },
    }),
    accept: buildCommand({
      loader: async () => (await import('./eval-accept.js')).accept,
      parameters: {
        flags: common,
        positional: {
          kind: 'tuple',
          parameters: [{ brief: 'Id of a passed evaluation, or its file', parse: text, placeholder: 'evaluation' }],
        },
      },
      docs: { brief: 'Have later evaluations of the same scenario fail when they are worse than this one' },
    }),
    goals: buildCommand({
      loader: async () => (await import('./eval-goals.js')).goals,
      parameters: {
        flags: {
          ...common,
          live: yes('Let a live model of your provider answer, which spends tokens, instead of the cassettes'),
          record: yes('With --live: keep what the model answers as cassettes, beside the results'),
          repeat: {
            kind: 'parsed',
            parse: numberParser,
            brief: 'Attempts at each variant, instead of what the scenario says',
            optional: true,
            placeholder: 'n',
          },
          variant: many('Only this variant; repeatable', 'name'),
          parallel: {
            kind: 'parsed',
            parse: numberParser,
            brief: 'Attempts that are worked on at the same time, instead of one',
            optional: true,
            placeholder: 'n',
          },
          noCache: yes('Make attempts again that are known from an earlier evaluation of the same things'),
          resume: words('Go on with an evaluation that was interrupted, or with the latest of them', 'id'),
        },
        positional: {
          kind: 'tuple',
          parameters: [
            {
              brief:
                'File or folder of a scenario, or its name in evaluation/goals; with --resume, the one it was begun with',
              parse: text,
              placeholder: 'scenario',
              optional: true,
            },
          ],
        },
      },
      docs: { brief: 'Have goals worked on in pinned packages, and let their own tests and hidden ones judge' },
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
          parameters: {
            flags: {
              ...common,
              releases: yes('Ask for newer releases too'),
              tests: yes('Run their tests too, and compare them with the pinned baseline'),
            },
          },
          docs: { brief: 'Tell which pinned targets are due for a refresh, or are no longer what is pinned' },
        }),
        refresh: buildCommand({
          loader: async () => (await import('./eval-targets-refresh.js')).refresh,
          parameters: {
            flags: {
              ...common,
              to: words('This version, tag or commit instead of the newest release', 'version'),
              keepLockfile: yes('Leave the versions of what their tests need as they are'),
              write: yes('Write it without asking, for a pull request to be approved'),
              approve: words('Write what was proposed under this id', 'id'),
            },
            positional: {
              kind: 'array',
              parameter: { brief: 'Target; all when there is none', parse: text, placeholder: 'name' },
            },
          },
          docs: {
            brief: 'Try targets at their newest release, and propose the pins of those that pass their own tests',
          },
        }),
      },
      docs: { brief: 'Look at the pinned packages' },
    }),
  },
  docs: { brief: 'Prove on real code that assets keep behaviour' },
});
