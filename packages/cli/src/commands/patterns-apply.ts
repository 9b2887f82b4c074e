import path from 'node:path';
import {
  applyAssets,
  type ApplyLimits,
  type ApplyResult,
  type AssetOptions,
  checkOptions,
  findAsset,
  isTextOption,
  listApplications,
  type Progress,
  readApplication,
  rollbackApplication,
  type RunnableAsset,
  runnableAssets,
  whyNotOffered,
} from '@codex-orch/learning-library';
import { exists, openRepository, type Repository, writeFileAtomic } from '@codex-orch/core';
import type { CliContext } from '../context.js';
import { BadFlagsError, NeitherAssetNorFileError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { paletteFor } from '../print/palette.js';
import { visible, visibleLine } from '../print/visible.js';
import { assertTask, forgetUses, noteUses } from './asset-uses.js';
import { type CommonFlags, command, printJson } from './command.js';
import { folderOf } from './guard-change.js';
import { interruptible } from './interruption.js';
import { namedValues } from './named-values.js';
import { type IndexFlags, type OpenIndex, openIndex } from './patterns-index.js';
import { repoFlag, selfCommand } from './self-command.js';

export interface ApplyFlags extends IndexFlags {
  readonly dryRun: boolean;
  readonly option?: readonly string[] | undefined;
  readonly patch?: string | undefined;
  readonly compat: boolean;
  readonly noCache: boolean;
  readonly timeLimit?: number | undefined;
  readonly task?: string | undefined;
}

/** How many places of one kind are named before the rest is only counted. */
const shown = 20;

export const apply = command(async (context, flags: ApplyFlags, ...words: string[]): Promise<number> => {
  if (flags.timeLimit !== undefined && !(flags.timeLimit > 0))
    throw new BadFlagsError('--time-limit has to be more than 0 seconds.');
  const repository = await openRepository(folderOf(context, flags));
  if (flags.task !== undefined) await assertTask(repository.root, flags.task);
  const index = await openIndex(context, flags);
  const { assets, paths } = await chosen(context, repository, index, words);
  const options = optionsOf(flags, assets);
  if (!flags.json) tellNotOffered(context, index, assets);
  const progress = progressOn(context, flags);
  const result = await interruptible(context, (signal) =>
    applyAssets({
      root: repository.root,
      assets,
      paths,
      options,
      dryRun: flags.dryRun,
      compat: flags.compat,
      cache: !flags.noCache,
      limits: limitsOf(flags),
      signal,
      onProgress: progress.tell,
    }),
  ).finally(progress.end);
  if (flags.patch !== undefined) await writeFileAtomic(path.resolve(context.process.cwd(), flags.patch), result.patch);
  if (flags.json) printJson(context, { ...result, patch: result.patch.toString('utf8') });
  else report(context, flags, result);
  if (flags.task !== undefined) await noteApplication(context, flags, repository.root, { assets, result });
  if (result.status === 'interrupted') return exitCode.interrupted;
  const isWhole = result.changed.every(({ outcome }) => outcome === 'planned' || outcome === 'written');
  return result.failures.length === 0 && isWhole ? exitCode.done : exitCode.failed;
});

/** Who names an asset gets it, and should know what is known. */
function tellNotOffered({ process }: CliContext, { index }: OpenIndex, assets: readonly RunnableAsset[]): void {
  for (const { id, sha256 } of assets) {
    const why = whyNotOffered(findAsset(index, id), sha256);
    if (why !== undefined) process.stderr.write(`${id} is not offered by itself: ${visibleLine(why)}.\n`);
  }
}

/** Notes for which task assets changed files; one that changed none was not used. */
async function noteApplication(
  { process }: CliContext,
  { task = '', json }: ApplyFlags,
  root: string,
  { assets, result: { id: application, changed } }: { readonly assets: readonly RunnableAsset[]; result: ApplyResult },
): Promise<void> {
  const used = new Set(changed.filter(({ outcome }) => outcome === 'written').flatMap((file) => file.assets));
  if (application === undefined || used.size === 0) return;
  const at = new Date().toISOString();
  const uses = assets.filter(({ id }) => used.has(id)).map(({ id, version }) => ({ id, version, at, application }));
  await noteUses(root, task, uses);
  const names = uses.map(({ id, version }) => `${id}@${version}`).join(', ');
  if (!json) process.stderr.write(`tasks/index.json notes that ${names} was used for task ${visibleLine(task)}.\n`);
}

/** Loading the assets, and their look over the whole project, get a minute, or more where one file may take more. */
const limitsOf = ({ timeLimit }: ApplyFlags): ApplyLimits =>
  timeLimit === undefined ? {} : { fileMs: timeLimit * 1000, startMs: Math.max(60_000, timeLimit * 1000) };

/** The first words are assets; from the first that is none on they are paths. `./name` is always a path. */
async function chosen(
  context: CliContext,
  { root }: Repository,
  index: OpenIndex,
  words: readonly string[],
): Promise<{ assets: RunnableAsset[]; paths: string[] | undefined }> {
  const known = new Set(index.index.assets.map(({ id }) => id));
  const end = words.findIndex((word) => !known.has(word));
  const ids = end < 0 ? words : words.slice(0, end);
  const rest = end < 0 ? [] : words.slice(end);
  const [first] = rest;
  const cwd = context.process.cwd();
  // Alone, it is more likely an asset with a typing error.
  if (first !== undefined && ids.length === 0) findAsset(index.index, first);
  for (const word of rest) {
    const isFile = await exists(path.resolve(cwd, word)).catch((error: unknown) => {
      throw new NeitherAssetNorFileError(word, error as NodeJS.ErrnoException);
    });
    if (!isFile) throw new NeitherAssetNorFileError(word);
  }
  const assets = await runnableAssets(index, ids);
  const paths = rest.map((word) => path.relative(root, path.resolve(cwd, word)).split(path.sep).join('/') || '.');
  return { assets, paths: paths.length === 0 ? undefined : paths };
}

function optionsOf({ option }: ApplyFlags, assets: readonly RunnableAsset[]): Record<string, AssetOptions> {
  const options: Record<string, Record<string, unknown>> = {};
  const place = (name: string) => {
    const dot = name.indexOf('.');
    const named = dot < 0 ? undefined : assets.find(({ id }) => id === name.slice(0, dot));
    const asset = named ?? (assets.length === 1 ? assets[0] : undefined);
    return { asset, field: named ? name.slice(dot + 1) : name };
  };
  const isText = (name: string): boolean => {
    const { asset, field } = place(name);
    return isTextOption(asset?.optionsSchema, field);
  };
  for (const [name, value] of namedValues('option', option, isText)) {
    const { asset, field } = place(name);
    if (asset === undefined)
      throw new BadFlagsError(
        `--option ${name} names no asset, and there are ${assets.length}.`,
        `Write it as --option ${assets[0]?.id ?? 'asset'}.${name}=…`,
      );
    (options[asset.id] ??= {})[field] = value;
  }
  // Before anything is looked at: an option with a slip costs nothing.
  for (const asset of assets) checkOptions(asset, options[asset.id]);
  return options;
}

function report(context: CliContext, flags: ApplyFlags, result: ApplyResult): void {
  const { stdout, stderr, env } = context.process;
  const { bold, dim, red, yellow } = paletteFor(stderr, env);
  if (flags.dryRun) stdout.write(visible(result.patch.toString('utf8')));
  const say = (line: string): void => void stderr.write(`${line}\n`);
  const some = <T>(items: readonly T[], line: (item: T) => string): void => {
    for (const item of items.slice(0, shown)) say(line(item));
    if (items.length > shown) say(dim(`  and ${items.length - shown} more; --json tells all`));
  };
  const notWritten = result.changed.filter(({ outcome }) => outcome !== 'planned' && outcome !== 'written');
  some(
    result.failures,
    ({ path: file, asset, message }) =>
      `${red('failed')}   ${visibleLine(file)}  ${asset === undefined ? '' : `${asset}: `}${visibleLine(message)}`,
  );
  some(
    notWritten,
    ({ path: file, outcome }) => `${red('left')}     ${visibleLine(file)}  ${outcome.replaceAll('-', ' ')}`,
  );
  some(
    result.declined,
    ({ path: file, line, column, asset, reason, message }) =>
      `${yellow('declined')} ${visibleLine(file)}:${line}:${column}  ${asset} (${reason}): ${visibleLine(message)}`,
  );
  some(
    result.reports,
    ({ path: file, asset, message }) => `${dim('report')}   ${visibleLine(file)}  ${asset}: ${visibleLine(message)}`,
  );
  some(result.skipped, ({ path: file, reason }) => `${dim('skipped')}  ${visibleLine(file)}  ${reason}`);
  for (const [asset, options] of Object.entries(flags.dryRun ? result.options : {})) {
    const used = Object.entries(options).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    if (used.length > 0) say(`${dim('options')}  ${asset}: ${visibleLine(used.join(' '))}`);
  }
  const verb = { applied: 'changed', unchanged: 'changed', 'dry-run': 'would be changed', interrupted: 'changed' }[
    result.status
  ];
  const written = result.changed.length - notWritten.length;
  const parts = [
    `${counted(written, 'file')} ${verb}`,
    `${counted(result.declined.length, 'place')} declined`,
    `${result.failures.length} failed`,
    `${result.listed} looked at${result.cached > 0 ? `, ${result.cached} of them known to stay` : ''}`,
  ];
  say(bold(`${result.status === 'interrupted' ? 'Interrupted: ' : ''}${parts.join(', ')}.`));
  if (result.id !== undefined)
    say(dim(`Take it back with: ${selfCommand(context)} patterns rollback ${result.id}${repoFlag(flags)}`));
}

/** One line that is written over, where a person watches. */
function progressOn(
  { process }: CliContext,
  { json }: ApplyFlags,
): { tell: (progress: Progress) => void; end: () => void } {
  const { stderr, env } = process;
  if (json || !stderr.isTTY || env['CI']) return { tell: () => undefined, end: () => undefined };
  let last = 0;
  return {
    tell: ({ phase, done, total, changed }) => {
      const now = Date.now();
      if (now - last < 100 && done < total) return;
      last = now;
      stderr.write(`\r\u001b[K${phase} ${done}/${total}, ${changed} to change`);
    },
    end: () => {
      if (last > 0) stderr.write('\r\u001b[K');
    },
  };
}

export interface RollbackFlags extends CommonFlags {
  readonly rest: boolean;
}

export const rollback = command(async (context, flags: RollbackFlags, application: string): Promise<number> => {
  const root = folderOf(context, flags);
  const result = await interruptible(context, (signal) =>
    rollbackApplication({ root, application, rest: flags.rest, signal }),
  );
  if (result.changedSince.length === 0) await forgetUses(root, result.id);
  if (flags.json) printJson(context, result);
  else {
    const { stdout } = context.process;
    for (const file of result.changedSince) stdout.write(`left     ${visibleLine(file)}  changed since\n`);
    const already = result.untouched.length === 0 ? '' : `, ${result.untouched.length} had their old content`;
    stdout.write(`${result.id}: ${counted(result.restored.length, 'file')} restored${already}.\n`);
  }
  return result.changedSince.length === 0 ? exitCode.done : exitCode.failed;
});

export const applications = command(async (context, flags: CommonFlags): Promise<number> => {
  const { root } = await openRepository(folderOf(context, flags));
  const all = await Promise.all((await listApplications(root)).map((id) => readApplication(root, id)));
  if (flags.json) {
    printJson(context, all);
    return exitCode.done;
  }
  const { stdout } = context.process;
  if (all.length === 0) stdout.write('Nothing was applied here.\n');
  for (const { id, at, state, assets, files } of all)
    stdout.write(
      `${id}  ${at}  ${state.padEnd(20)} ${counted(files.length, 'file').padEnd(10)} ${assets.map((asset) => asset.id).join(', ')}\n`,
    );
  return exitCode.done;
});
