import {
  type Application,
  type ApplicationText,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type Command,
  numberParser,
  type RouteMap,
} from '@stricli/core';
import { cloudRoutes } from './commands/cloud-routes.js';
import { evalRoutes } from './commands/eval-routes.js';
import { goalsRoutes } from './commands/goals-routes.js';
import { guardRoutes } from './commands/guard-routes.js';
import { patternsRoutes } from './commands/patterns-routes.js';
import { integrateCommand, integrationsRoutes } from './commands/integrate-routes.js';
import { common, databaseFlags, words } from './commands/route-flags.js';
import { specRoutes } from './commands/spec-routes.js';
import { taskRoutes } from './commands/task-routes.js';
import { workerCommand } from './commands/worker-routes.js';
import type { ProcessContext } from './context.js';

const text = String;

const runArgument = {
  kind: 'tuple',
  parameters: [{ brief: 'Run id, its beginning or end, or "latest"', parse: text, placeholder: 'run' }],
} as const;
const waitingRunArgument = {
  kind: 'tuple',
  parameters: [
    {
      brief: 'Run id, its beginning or end, or "latest": the newest, if it began to wait last',
      parse: text,
      placeholder: 'run',
    },
  ],
} as const;
const wholeRunArgument = {
  kind: 'tuple',
  parameters: [{ brief: 'The whole id of the run, as it was printed', parse: text, placeholder: 'run' }],
} as const;
const optionalRunArgument = {
  kind: 'tuple',
  parameters: [
    {
      brief: 'Run id, its beginning or end, or "latest" (the default)',
      parse: text,
      placeholder: 'run',
      optional: true,
    },
  ],
} as const;

const number = (brief: string) =>
  ({ kind: 'parsed', parse: numberParser, brief, optional: true, placeholder: 'n' }) as const;
const reason = { kind: 'parsed', parse: text, brief: 'Why, for the record', optional: true } as const;
const request = {
  kind: 'parsed',
  parse: text,
  brief: 'Answer this request of a waiting Codex, instead of judging the diff',
  optional: true,
  placeholder: 'id',
} as const;

const driver = {
  kind: 'enum',
  values: ['auto', 'app-server', 'mcp-server', 'exec'],
  brief: 'How to reach Codex',
  optional: true,
} as const;
const codex = {
  kind: 'parsed',
  parse: text,
  brief: 'Path of the Codex to use',
  optional: true,
  placeholder: 'path',
} as const;

const runCommand = buildCommand({
  loader: async () => (await import('./commands/run.js')).run,
  parameters: {
    flags: {
      ...common,
      task: { kind: 'parsed', parse: text, brief: 'Task of the registry that this goal belongs to', default: 'adhoc' },
      driver,
      codex,
      model: { kind: 'parsed', parse: text, brief: 'Model', optional: true, placeholder: 'slug' },
      baseUrl: {
        kind: 'parsed',
        parse: text,
        brief: 'A provider that speaks the OpenAI Responses API and wants no key',
        optional: true,
        placeholder: 'url',
      },
      test: {
        kind: 'parsed',
        parse: text,
        brief: 'Test command, instead of the detected one; repeatable',
        optional: true,
        variadic: true,
        placeholder: 'command',
      },
      noTests: { kind: 'boolean', brief: 'Accept work that nothing has tested', default: false },
      elevation: {
        kind: 'enum',
        values: ['ask', 'deny'],
        brief: 'When Codex asks to leave its sandbox',
        optional: true,
      },
      elevationTimeout: number('Seconds to wait for the answer to an elevation before exiting; it stays open'),
      idleTimeout: number('Seconds of silence after which a Codex turn has failed'),
      maxTokens: number('Token budget'),
      maxTurns: number('Budget of model turns'),
      maxMinutes: number('Time budget'),
      maxRevisions: number('How often a subtask may go back to the builder'),
      maxReplans: number('How often the goal may go back to the planner'),
    },
    positional: {
      kind: 'array',
      parameter: { brief: 'What is to be achieved', parse: text, placeholder: 'goal' },
      minimum: 1,
    },
  },
  docs: { brief: 'Work on a goal until its diff waits for your approval' },
});

const decideCommand = (name: 'approve' | 'reject', brief: string) =>
  buildCommand({
    loader: async () => (await import('./commands/decide.js'))[name],
    parameters: { flags: { ...common, reason, request, ...databaseFlags }, positional: waitingRunArgument },
    docs: { brief },
  });

const routes = buildRouteMap({
  routes: {
    run: runCommand,
    resume: buildCommand({
      loader: async () => (await import('./commands/resume.js')).resume,
      parameters: { flags: common, positional: optionalRunArgument },
      docs: { brief: 'Go on with a run that was interrupted' },
    }),
    approve: decideCommand('approve', 'Approve exactly the diff of a run'),
    reject: decideCommand('reject', 'Reject the diff of a run'),
    apply: buildCommand({
      loader: async () => (await import('./commands/apply.js')).apply,
      parameters: {
        flags: {
          ...common,
          check: { kind: 'boolean', brief: 'Only say whether it would apply', default: false },
          acceptSecrets: {
            kind: 'parsed',
            parse: text,
            brief: 'Why what looks like a secret is none; for the record',
            optional: true,
            placeholder: 'reason',
          },
        },
        positional: runArgument,
      },
      docs: { brief: 'Apply an approved diff to your checkout' },
    }),
    cancel: buildCommand({
      loader: async () => (await import('./commands/cancel.js')).cancel,
      parameters: { flags: common, positional: runArgument },
      docs: { brief: 'Cancel a run' },
    }),
    runs: buildRouteMap({
      routes: {
        list: buildCommand({
          loader: async () => (await import('./commands/runs.js')).list,
          parameters: { flags: common },
          docs: { brief: 'List the runs of a repository' },
        }),
        show: buildCommand({
          loader: async () => (await import('./commands/runs.js')).show,
          parameters: { flags: common, positional: optionalRunArgument },
          docs: { brief: 'Show what happened in a run' },
        }),
        verify: buildCommand({
          loader: async () => (await import('./commands/runs.js')).verify,
          parameters: { flags: common, positional: optionalRunArgument },
          docs: { brief: 'Recompute every hash of a run' },
        }),
        fetch: buildCommand({
          loader: async () => (await import('./commands/runs-fetch.js')).fetch,
          parameters: { flags: { ...common, ...databaseFlags }, positional: wholeRunArgument },
          docs: { brief: 'Fetch a copy of a run that ended on a worker of a database' },
        }),
        report: buildCommand({
          loader: async () => (await import('./commands/runs-report.js')).report,
          parameters: {
            flags: {
              ...common,
              output: {
                kind: 'parsed',
                parse: text,
                brief: 'File to write, instead of report.html in the run directory',
                optional: true,
                placeholder: 'file',
              },
            },
            positional: optionalRunArgument,
          },
          docs: { brief: 'Write a run as one self-contained HTML page' },
        }),
      },
      docs: { brief: 'Look at runs' },
    }),
    audit: buildRouteMap({
      routes: {
        list: buildCommand({
          loader: async () => (await import('./commands/audit.js')).list,
          parameters: { flags: { json: common.json } },
          docs: { brief: 'List who decided what, in all your repositories' },
        }),
        verify: buildCommand({
          loader: async () => (await import('./commands/audit.js')).verify,
          parameters: { flags: { json: common.json } },
          docs: { brief: 'Recompute every hash of the audit log' },
        }),
      },
      docs: { brief: 'Look at the audit log' },
    }),
    guard: guardRoutes,
    spec: specRoutes,
    task: taskRoutes,
    patterns: patternsRoutes,
    eval: evalRoutes,
    goals: goalsRoutes,
    cloud: cloudRoutes,
    integrate: integrateCommand,
    integrations: integrationsRoutes,
    worker: workerCommand,
    gc: buildCommand({
      loader: async () => (await import('./commands/gc.js')).gc,
      parameters: {
        flags: {
          ...common,
          olderThan: {
            kind: 'parsed',
            parse: text,
            brief: 'Age of runs that may go, e.g. 12h or 4w; 30d unless --keep is given',
            optional: true,
            placeholder: 'age',
          },
          keep: number('Newest runs of each repository that stay'),
          runs: { kind: 'boolean', brief: 'Remove run directories of this repository too', default: false },
          dryRun: { kind: 'boolean', brief: 'Only say what would go', default: false },
          database: words('Also remove from this Postgres what its workers stored of old goals', 'url'),
          artifacts: words('With --database: remove it from where results lie, as the workers were told', 'place'),
        },
      },
      docs: { brief: 'Remove the work trees and Codex homes of old runs, never an unapplied approved diff' },
    }),
    doctor: buildCommand({
      loader: async () => (await import('./commands/doctor.js')).doctor,
      parameters: { flags: common },
      docs: { brief: 'Check Node, git, Codex, its login, its sandbox and the model' },
    }),
    demo: buildCommand({
      loader: async () => (await import('./commands/demo.js')).demo,
      parameters: {
        flags: {
          json: common.json,
          driver,
          codex,
          dryRun: { kind: 'boolean', brief: 'Only check that it can run, and say what it would do', default: false },
          resume: {
            kind: 'parsed',
            parse: text,
            brief: 'Go on with the interrupted demo in this folder',
            optional: true,
            placeholder: 'folder',
          },
        },
      },
      docs: { brief: 'See a goal being worked on, offline, with the model played from a cassette' },
    }),
  },
  docs: { brief: 'Hand real work to OpenAI Codex, safely' },
});

/** The command line: what it understands, and where each command is. What goes wrong is told in the words of `text`. */
export const application = (text?: ApplicationText): Application<ProcessContext> =>
  buildApplication<ProcessContext>(routes, {
    name: 'codex-orch',
    scanner: {
      caseStyle: 'allow-kebab-for-camel',
      allowArgumentEscapeSequence: true,
      // What is further off is no slip of the finger.
      distanceOptions: { threshold: 3, weights: { insertion: 1, deletion: 3, substitution: 2, transposition: 0 } },
    },
    ...(text === undefined ? {} : { localization: { text } }),
  });

/** The command line, in the parser's own words where it is wrong. */
export const app = application();

/** The words of the command that a command line begins with, as far as there is one. */
export function commandIn(words: readonly string[]): readonly string[] {
  let target: RouteMap<ProcessContext> | Command<ProcessContext> | undefined = routes;
  for (const [index, word] of words.entries()) {
    target = 'getRoutingTargetForInput' in target ? target.getRoutingTargetForInput(word) : undefined;
    if (target === undefined) return words.slice(0, index);
  }
  return words;
}
