import { buildCommand, buildRouteMap } from '@stricli/core';
import { parseDay } from './guard-day.js';
import { common, many, words, yes } from './route-flags.js';

const text = String;

/** Which change is looked at, and how it is told. */
const reporting = {
  ...common,
  base: words('Check the commits from where HEAD left this revision', 'revision'),
  staged: yes('Check the index, as a commit would take it'),
  all: yes('Check everything, not a change'),
  files: many('Only these files of the change; repeatable', 'file'),
  format: {
    kind: 'enum',
    values: ['pretty', 'github', 'json', 'junit', 'sarif'],
    brief: 'How to print what is found',
    optional: true,
  },
  sarif: words('Write a SARIF log to this file as well', 'file'),
  junit: words('Write JUnit XML to this file as well', 'file'),
  dryRun: yes('Print the same, and fail for nothing that is found; with --fix and the like, write nothing'),
} as const;

const fileArguments = {
  kind: 'array',
  parameter: { brief: 'More files, as --files names them', parse: text, placeholder: 'file' },
} as const;

const hookCommand = (name: 'install' | 'remove', brief: string) =>
  buildCommand({
    loader: async () => (await import('./guard-hook.js'))[name],
    parameters: { flags: common },
    docs: { brief },
  });

/** `codex-orch guard …`, whose plain form checks. */
export const guardRoutes = buildRouteMap({
  routes: {
    check: buildCommand({
      loader: async () => (await import('./guard.js')).check,
      parameters: {
        flags: {
          ...reporting,
          fix: yes('Repair the registry and write skeletons of missing specs; never a date, never an approval'),
          baseline: yes('Record what is wrong today as debt that only gets smaller'),
          override: words('Set a rule aside, for all specs or for one, on the record', 'rule[/spec]'),
          reason: words('Why, for the record; an override needs it', 'text'),
          approver: many('Who approves the override; repeatable', 'name <address>'),
          expires: words('Last day of the override; 30 days ahead, or what the policy allows', 'YYYY-MM-DD'),
        },
        positional: fileArguments,
      },
      docs: {
        brief: 'Fail when code changes whose spec is missing, stale or not approved',
        fullDescription: [
          'Fails when code changes whose spec is missing, stale or not approved. "guard" alone means "guard check".',
          'Without --base, --staged or --all it checks the pull request that a CI system says it builds, else what is',
          'uncommitted, else everything. Exit code: 0 clean, 1 something is wrong, 2 the check could not be made.',
        ].join('\n'),
      },
    }),
    explain: buildCommand({
      loader: async () => (await import('./guard-explain.js')).explain,
      parameters: {
        flags: { json: common.json },
        positional: {
          kind: 'tuple',
          parameters: [
            {
              brief: 'Code or name of a rule; all of them by default',
              parse: text,
              placeholder: 'code',
              optional: true,
            },
          ],
        },
      },
      docs: { brief: 'Tell what a rule finds, why, and how to mend it' },
    }),
    simulate: buildCommand({
      loader: async () => (await import('./guard.js')).simulate,
      parameters: {
        flags: {
          ...reporting,
          at: { kind: 'parsed', parse: parseDay, brief: 'The day that it is to be', placeholder: 'YYYY-MM-DD' },
        },
        positional: fileArguments,
      },
      docs: { brief: 'Check as if it were another day' },
    }),
    hook: buildRouteMap({
      routes: {
        install: hookCommand('install', 'Check before every commit; a hook that is there goes on working'),
        remove: hookCommand('remove', 'Take the hook out again, and put back what was there before'),
      },
      docs: { brief: 'The git pre-commit hook' },
    }),
  },
  defaultCommand: 'check',
  docs: { brief: 'Check that what changes is covered by live specs' },
});
