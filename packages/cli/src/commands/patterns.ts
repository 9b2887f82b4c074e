import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  type Asset,
  type AssetKind,
  type AssetStatus,
  checkIndex,
  digestModule,
  findAsset,
  locateModule,
  optionLines,
  searchAssets,
  whyNotProven,
} from '@codex-orch/learning-library';
import { OrchError } from '@codex-orch/core';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { useLine, usesHere } from './asset-uses.js';
import { command, printJson } from './command.js';
import { type IndexFlags, openIndex } from './patterns-index.js';

export interface ListFlags extends IndexFlags {
  readonly kind?: AssetKind | undefined;
  readonly status?: AssetStatus | undefined;
}

function print(context: CliContext, { json }: IndexFlags, assets: readonly Asset[], none: string): void {
  if (json) {
    printJson(context, assets);
    return;
  }
  const { stdout } = context.process;
  if (assets.length === 0) stdout.write(`${none}\n`);
  const width = Math.max(0, ...assets.map(({ id }) => id.length));
  for (const { id, kind, version, status, title } of assets)
    stdout.write(
      `${id.padEnd(width)}  ${kind.padEnd(8)}  ${version.padEnd(8)}  ${status.padEnd(9)}  ${visibleLine(title)}\n`,
    );
}

export const list = command(async (context, flags: ListFlags): Promise<number> => {
  const { index } = await openIndex(context, flags);
  print(context, flags, searchAssets(index, '', flags), 'There are no such assets.');
  return exitCode.done;
});

export const search = command(async (context, flags: IndexFlags, ...words: string[]): Promise<number> => {
  const { index } = await openIndex(context, flags);
  print(context, flags, searchAssets(index, words.join(' ')), 'No asset has all of these words. Try fewer.');
  return exitCode.done;
});

export const show = command(async (context, flags: IndexFlags, id: string): Promise<number> => {
  const { index, folder } = await openIndex(context, flags);
  const asset = findAsset(index, id);
  const code = await locateModule(asset, folder)
    .then(async ({ module }) => ({ module, sha256: await digestModule(module) }))
    .catch((error: unknown) => {
      if (error instanceof OrchError) return { problem: error.message };
      throw error;
    });
  const notProven = 'sha256' in code ? whyNotProven(asset, code.sha256) : code.problem;
  const used = await usesHere(context, flags, id);
  if (flags.json) {
    printJson(context, { ...asset, code, notProven, used: used.uses });
    return exitCode.done;
  }
  const { stdout, env } = context.process;
  const { bold, dim } = paletteFor(stdout, env);
  const rows: readonly (readonly [string, string])[] = [
    ['When', asset.whenToUse],
    ['Kind', `${asset.kind} for ${asset.languages.join(', ')}`],
    ['From', `${asset.package} ${asset.version}, ${asset.module}`],
    ['Code', 'sha256' in code ? `sha256 ${code.sha256}` : code.problem],
    ['Status', asset.status === 'proven' || notProven === undefined ? asset.status : `${asset.status}: ${notProven}`],
    ['Risk', `${asset.risk}, ${asset.safety.class}`],
    ['Owner', `${asset.owner}, last review ${asset.last_review}`],
    ['Docs', asset.docs ?? ''],
    ['Undone', asset.rollback],
  ];
  stdout.write(`${bold(visibleLine(`${asset.id}: ${asset.title}`))}\n`);
  for (const [name, value] of rows) if (value !== '') stdout.write(`${dim(name.padEnd(7))} ${visibleLine(value)}\n`);
  for (const { reason, when } of asset.safety.declines)
    stdout.write(`${dim('Declines')} ${visibleLine(reason)}: ${visibleLine(when)}\n`);
  const option = asset.kind === 'template' ? 'Param' : 'Option';
  for (const line of optionLines(asset.optionsSchema)) stdout.write(`${dim(option.padEnd(7))} ${visibleLine(line)}\n`);
  for (const { target, version, testsKept, testsTotal, at } of asset.proof)
    stdout.write(
      `${dim('Proof')}   ${visibleLine(target)}: ${testsKept} of ${counted(testsTotal, 'test')} kept, with ${version}, ${at.slice(0, 10)}\n`,
    );
  for (const use of used.uses) stdout.write(`${dim('Used'.padEnd(7))} ${useLine(use)}\n`);
  if (used.problem !== undefined) stdout.write(`${dim('Used'.padEnd(7))} ${visibleLine(used.problem)}\n`);
  return exitCode.done;
});

const notShipped = new Set(['docs-missing', 'fixtures-missing', 'fixture-kind-missing']);

export const check = command(async (context, flags: IndexFlags): Promise<number> => {
  const loaded = await openIndex(context, flags);
  // Documentation and fixtures stay with the sources.
  const absent =
    loaded.isShipped && !loaded.index.assets.some(({ docs }) => existsSync(path.join(loaded.folder, docs ?? '')));
  const problems = (await checkIndex(loaded)).filter(({ code }) => !absent || !notShipped.has(code));
  if (flags.json) printJson(context, { index: loaded.file, problems });
  else {
    const { stdout } = context.process;
    for (const { code, where, message } of problems)
      stdout.write(`${visibleLine(where)}  ${code}: ${visibleLine(message)}\n`);
    const count = counted(loaded.index.assets.length, 'asset');
    stdout.write(
      problems.length === 0
        ? `${count}: index, packages${absent ? ' agree; documentation and fixtures are not shipped' : ', documentation and fixtures agree'}.\n`
        : `${counted(problems.length, 'problem')} in ${count}.\n`,
    );
  }
  return problems.length === 0 ? exitCode.done : exitCode.failed;
});
