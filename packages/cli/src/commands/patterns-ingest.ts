import path from 'node:path';
import { openRepository } from '@codex-orch/core';
import {
  ingest as ingestDiffs,
  type PeriodLength,
  stats as statsOf,
  type StatsCounts,
  verifyCandidate,
  writeCandidate,
} from '@codex-orch/learning-library';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { paletteFor } from '../print/palette.js';
import { shellWord } from '../print/shell-word.js';
import { visible, visibleLine } from '../print/visible.js';
import { usesHere } from './asset-uses.js';
import { type CommonFlags, command, printJson } from './command.js';
import { folderOf } from './guard-change.js';
import { interruptible } from './interruption.js';
import { type IndexFlags, openIndex } from './patterns-index.js';
import { selfCommand } from './self-command.js';

export interface IngestFlags extends CommonFlags {
  readonly run?: readonly string[] | undefined;
  readonly diff?: readonly string[] | undefined;
  readonly all: boolean;
  readonly out?: string | undefined;
  readonly minimum?: number | undefined;
}

export const ingest = command(async (context, flags: IngestFlags): Promise<number> => {
  const { run: runs = [], diff: diffs = [], minimum = 2 } = flags;
  if (flags.all && runs.length > 0) throw new BadFlagsError('--all and --run do not go together.');
  const { root } = await openRepository(folderOf(context, flags));
  const cwd = context.process.cwd();
  const found = await interruptible(context, (signal) =>
    ingestDiffs({
      repositoryRoot: root,
      runs: flags.all || (runs.length === 0 && diffs.length === 0) ? 'all' : runs,
      diffFiles: diffs.map((file) => path.resolve(cwd, file)),
      // What occurs once repeats nothing.
      minOccurrences: Math.max(2, minimum),
      minOrigins: minimum,
      signal,
    }),
  );
  const written: string[] = [];
  if (flags.out !== undefined) {
    const folder = path.resolve(cwd, flags.out);
    for (const candidate of found.candidates) written.push(await writeCandidate(candidate, folder));
  }
  if (flags.json) {
    printJson(context, { ...found, written });
    return exitCode.done;
  }
  const { stdout, stderr, env } = context.process;
  const { bold, dim } = paletteFor(stdout, env);
  for (const { id, title, kind, occurrences, origins, savedLines, pattern, notes } of found.candidates) {
    stdout.write(`${bold(visibleLine(id))}  ${kind}  ${visibleLine(title)}\n`);
    stdout.write(
      dim(
        `  ${counted(occurrences, 'edit')} in ${counted(origins.length, 'diff')}, ${counted(savedLines, 'line')} saved\n`,
      ),
    );
    for (const { before, after } of pattern) stdout.write(`${indented('- ', before)}${indented('+ ', after)}`);
    for (const note of notes) stdout.write(dim(`  ${visibleLine(note)}\n`));
  }
  for (const { origin, path: file, message } of found.skipped)
    stderr.write(`${dim('skipped')}  ${visibleLine(origin)} ${visibleLine(file ?? '')}  ${visibleLine(message)}\n`);
  const declined =
    found.declined.length === 0 ? '' : `; of ${counted(found.declined.length, 'more group')} nothing could be made`;
  stdout.write(
    `${counted(found.candidates.length, 'candidate')} from ${counted(found.origins.length, 'diff')}${declined}.\n`,
  );
  stdout.write(dim(`${ruleOf(minimum, found.origins.length)}\n`));
  for (const folder of written) stdout.write(`wrote ${visibleLine(path.relative(cwd, folder) || '.')}\n`);
  const [first] = written;
  if (first !== undefined)
    stdout.write(
      dim(`Read it, then: ${selfCommand(context)} patterns verify ${shellWord(path.relative(cwd, first))}\n`),
    );
  return exitCode.done;
});

/** What has to repeat, and how the user gets more where nothing can. */
function ruleOf(minimum: number, diffs: number): string {
  const rule =
    minimum === 1
      ? 'An edit counts that occurs at least twice, also within one diff (--minimum 1).'
      : `An edit counts that occurs in at least ${minimum} different diffs (--minimum ${minimum}).`;
  const few = `${diffs === 1 ? 'There is' : 'There are'} only ${diffs}: add more, or take repeats within one with --minimum 1.`;
  return diffs > 0 && diffs < minimum ? `${rule} ${few}` : rule;
}

const indented = (sign: string, text: string): string =>
  visible(text)
    .split('\n')
    .map((line) => `  ${sign}${line}\n`)
    .join('');

export const verify = command(async (context, flags: CommonFlags, folder: string): Promise<number> => {
  const verdict = await interruptible(context, (signal) =>
    verifyCandidate(path.resolve(context.process.cwd(), folder), { signal }),
  );
  if (flags.json) printJson(context, verdict);
  else {
    const { stdout } = context.process;
    for (const { fixture, origin, code, message, difference } of verdict.failures) {
      stdout.write(`failed   ${visibleLine(fixture)} (${visibleLine(origin)})  ${code}: ${visibleLine(message)}\n`);
      if (difference)
        stdout.write(
          `         line ${difference.line}\n${indented('- ', difference.wanted)}${indented('+ ', difference.found)}`,
        );
    }
    stdout.write(
      verdict.passed
        ? `${visibleLine(verdict.id)} gives back all ${counted(verdict.examples, 'diff')} (${verdict.agreement ?? ''}), and changes nothing the second time.\n`
        : `${visibleLine(verdict.id)}: ${verdict.failures.length} of ${counted(verdict.examples, 'example')} failed.\n`,
    );
  }
  return verdict.passed ? exitCode.done : exitCode.failed;
});

export interface StatsFlags extends IndexFlags {
  readonly by: PeriodLength;
}

export const stats = command(async (context, flags: StatsFlags): Promise<number> => {
  const { root } = await openRepository(folderOf(context, flags));
  const { index } = await openIndex(context, flags);
  const result = await interruptible(context, (signal) =>
    statsOf({ repositoryRoot: root, period: flags.by, index: index.assets, signal }),
  );
  const { uses, problem } = await usesHere(context, flags);
  if (flags.json) {
    printJson(context, { ...result, used: uses });
    return exitCode.done;
  }
  const { stdout, env } = context.process;
  const { bold, dim } = paletteFor(stdout, env);
  const row = (name: string, counts: StatsCounts): string =>
    [
      name.padEnd(10),
      ...[counts.runs, counts.edits, counts.repeatedByHand, counts.byAsset].map((count) => String(count).padStart(9)),
      (counts.ratio === null ? '-' : `${counts.ratio.toFixed(2)}${counts.isEnough ? '' : '?'}`).padStart(9),
    ].join(' ');
  const head = [
    'since'.padEnd(10),
    ...['runs', 'edits', 'by hand', 'by asset', 'ratio'].map((name) => name.padStart(9)),
  ];
  stdout.write(`${bold(head.join(' '))}\n`);
  for (const { start, ...counts } of result.periods) stdout.write(`${row(start, counts)}\n`);
  stdout.write(`${row('total', result.total)}\n`);
  stdout.write(
    dim('Ratio: repeats by hand, to those there would be without assets; 0.5 is the aim, "?" is too few to tell.\n'),
  );
  for (const { title, edits, runs, candidate } of result.patterns.slice(0, 10))
    stdout.write(
      `${counted(edits, 'edit')} in ${counted(runs, 'run')}  ${visibleLine(title)}${candidate === null ? '' : dim(`  ${candidate}`)}\n`,
    );
  const tasksOf = new Map<string, Set<string>>();
  for (const { id, version, task } of uses)
    tasksOf.set(`${id}@${version}`, (tasksOf.get(`${id}@${version}`) ?? new Set()).add(task));
  for (const [asset, tasks] of tasksOf)
    stdout.write(`Used     ${visibleLine(`${asset} for ${counted(tasks.size, 'task')}: ${[...tasks].join(', ')}`)}\n`);
  if (problem !== undefined) stdout.write(dim(`Where assets were used cannot be told: ${visibleLine(problem)}\n`));
  for (const note of result.notes) stdout.write(dim(`${visibleLine(note)}\n`));
  return exitCode.done;
});
