import { buildCommand, buildRouteMap, numberParser } from '@stricli/core';
import { common, many, words, yes } from './route-flags.js';

const text = String;

const fromIndex = {
  ...common,
  index: words(
    "The index of assets; the repository's patterns/index.json, else the one that comes with the command",
    'file',
  ),
} as const;

const everyone = yes('Also those that are not offered: retired, or with an evaluation that failed or is of other code');

const kinds = ['codemod', 'rule', 'template'] as const;
const statuses = ['candidate', 'proven', 'retired'] as const;

const one = (brief: string, placeholder: string) =>
  ({ kind: 'tuple', parameters: [{ brief, parse: text, placeholder }] }) as const;
const list = (brief: string, placeholder: string, minimum = 0) =>
  ({ kind: 'array', minimum, parameter: { brief, parse: text, placeholder } }) as const;

/** `codex-orch patterns …` */
export const patternsRoutes = buildRouteMap({
  routes: {
    list: buildCommand({
      loader: async () => (await import('./patterns.js')).list,
      parameters: {
        flags: {
          ...fromIndex,
          kind: { kind: 'enum', values: kinds, brief: 'Only these', optional: true },
          status: { kind: 'enum', values: statuses, brief: 'Only these', optional: true },
          all: everyone,
        },
      },
      docs: { brief: 'List the assets: codemods, lint rules and templates' },
    }),
    show: buildCommand({
      loader: async () => (await import('./patterns.js')).show,
      parameters: { flags: fromIndex, positional: one('Id of an asset', 'asset') },
      docs: { brief: 'Show an asset: when to use it, what it declines, its options and its proof' },
    }),
    search: buildCommand({
      loader: async () => (await import('./patterns.js')).search,
      parameters: { flags: { ...fromIndex, all: everyone }, positional: list('Words to look for', 'word', 1) },
      docs: { brief: 'Find assets by what they are for' },
    }),
    check: buildCommand({
      loader: async () => (await import('./patterns.js')).check,
      parameters: { flags: fromIndex },
      docs: { brief: 'Prove that index, packages, documentation and fixtures agree' },
    }),
    apply: buildCommand({
      loader: async () => (await import('./patterns-apply.js')).apply,
      parameters: {
        flags: {
          ...fromIndex,
          dryRun: yes('Write nothing, and print the patch'),
          patch: words(
            'Write the patch to this file, for git apply; what is printed shows control characters as signs',
            'file',
          ),
          option: many('Option of an asset; [asset.]name=value, the value as JSON or as a text', 'name=value'),
          task: words('Note in tasks/index.json that they were used for this task', 'task'),
          compat: yes("Write byte by byte what jscodeshift's own command writes"),
          noCache: yes('Look at every file, also at those that are known to stay as they are'),
          timeLimit: {
            kind: 'parsed',
            parse: numberParser,
            brief:
              'Seconds that one file may take, 10 by default; from 60 on also what looking over the whole project may take',
            optional: true,
            placeholder: 'seconds',
          },
        },
        positional: list('Ids of assets, then files and folders; everything without them', 'asset|path', 1),
      },
      docs: { brief: 'Apply codemods to the files that git knows; every application can be rolled back' },
    }),
    rollback: buildCommand({
      loader: async () => (await import('./patterns-apply.js')).rollback,
      parameters: {
        flags: { ...common, rest: yes('Restore the other files where some have changed since') },
        positional: one('Id of an application, its beginning, or "latest"', 'application'),
      },
      docs: { brief: 'Restore what an application changed' },
    }),
    applications: buildCommand({
      loader: async () => (await import('./patterns-apply.js')).applications,
      parameters: { flags: common },
      docs: { brief: 'List what was applied, and whether it was rolled back' },
    }),
    approve: buildCommand({
      loader: async () => (await import('./patterns-approve.js')).approve,
      parameters: {
        flags: { ...fromIndex, reason: words('Why, for the record', 'text') },
        positional: one('Id of an asset', 'asset'),
      },
      docs: { brief: 'Record that you approve the code of an asset as it is; with a passed evaluation it is proven' },
    }),
    ingest: buildCommand({
      loader: async () => (await import('./patterns-ingest.js')).ingest,
      parameters: {
        flags: {
          ...common,
          run: many('A run whose diff is read; repeatable', 'run'),
          diff: many('A file with a diff; repeatable', 'file'),
          all: yes('Every run of the repository; so it is without --run and --diff too'),
          out: words('Where candidates are written; only printed without it', 'folder'),
          minimum: {
            kind: 'parsed',
            parse: numberParser,
            brief:
              'In how many different diffs an edit has to occur, 2 by default; with 1, twice within one diff counts too',
            optional: true,
            placeholder: 'n',
          },
        },
      },
      docs: { brief: 'Find edits that repeat in the diffs of runs, and propose assets for them' },
    }),
    verify: buildCommand({
      loader: async () => (await import('./patterns-ingest.js')).verify,
      parameters: { flags: common, positional: one('Folder of a candidate', 'folder') },
      docs: { brief: 'Prove that a candidate reproduces the diffs it came from, and changes nothing the second time' },
    }),
    add: buildCommand({
      loader: async () => (await import('./patterns-add.js')).add,
      parameters: {
        flags: {
          ...common,
          index: words("The index that it enters; the repository's patterns/index.json", 'file'),
          when: words('When to use it; what it does by default', 'text'),
          owner: words('Who answers for it; you by default', 'name'),
          risk: { kind: 'enum', values: ['low', 'medium', 'high'], brief: 'What it can break', default: 'medium' },
        },
        positional: one('Folder of a candidate', 'folder'),
      },
      docs: { brief: 'Verify a candidate and enter it into the index, as a candidate' },
    }),
    stats: buildCommand({
      loader: async () => (await import('./patterns-ingest.js')).stats,
      parameters: {
        flags: {
          ...fromIndex,
          by: { kind: 'enum', values: ['day', 'week', 'month'], brief: 'The length of a period', default: 'week' },
        },
      },
      docs: { brief: 'Count the edits that repeat, by hand and by assets' },
    }),
    render: buildCommand({
      loader: async () => (await import('./patterns-render.js')).render,
      parameters: {
        flags: {
          ...common,
          set: many('A parameter; name=value, the value as JSON or as a text', 'name=value'),
          parameters: words('A JSON file with the parameters', 'file'),
          write: yes('Write the files into the repository; they are only printed without it'),
        },
        positional: one('Id of a template', 'template'),
      },
      docs: { brief: 'Render a template: a spec, a prompt, a checklist, the skeleton of an asset' },
    }),
  },
  docs: { brief: 'Codemods, lint rules and templates: find, apply, roll back, learn' },
});
