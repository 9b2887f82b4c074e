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
  whyNotOffered,
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
import { type IndexFlags, type OpenIndex, openIndex } from './patterns-index.js';
import { evaluatedWords, leftOutLine, notOffered } from './patterns-offered.js';
import { selfCommand } from './self-command.js';

export interface SearchFlags extends IndexFlags {
  /** Also those that are not offered. */
  readonly all: boolean;
}

export interface ListFlags extends SearchFlags {
  readonly kind?: AssetKind | undefined;
  readonly status?: AssetStatus | undefined;
}

/** Lists assets, those that are not offered only where they are asked for, and says of these why. */
async function print(
  context: CliContext,
  { json, all, status }: ListFlags,
  loaded: OpenIndex,
  { assets, none }: { readonly assets: readonly Asset[]; readonly none: string },
): Promise<void> {
  const why = await notOffered(loaded);
  const isShown = ({ id, status: own }: Asset): boolean => all || !why.has(id) || (own === 'retired' && status === own);
  const shown = assets.filter(isShown);
  if (json) {
    printJson(
      context,
      shown.map((asset) => ({ ...asset, notOffered: why.get(asset.id) ?? null })),
    );
    return;
  }
  const { stdout } = context.process;
  if (assets.length === 0) stdout.write(`${none}\n`);
  const width = Math.max(0, ...shown.map(({ id }) => id.length));
  for (const { id, kind, version, status: own, title } of shown) {
    const reason = why.get(id);
    stdout.write(
      `${id.padEnd(width)}  ${kind.padEnd(8)}  ${version.padEnd(8)}  ${own.padEnd(9)}  ${visibleLine(title)}${reason === undefined ? '' : ` (${visibleLine(reason)})`}\n`,
    );
  }
  const left = assets.filter((asset) => !isShown(asset));
  if (left.length > 0) stdout.write(`${leftOutLine(left, why)}\n`);
}

export const list = command(async (context, flags: ListFlags): Promise<number> => {
  const loaded = await openIndex(context, flags);
  await print(context, flags, loaded, {
    assets: searchAssets(loaded.index, '', flags),
    none: 'There are no such assets.',
  });
  return exitCode.done;
});

export const search = command(async (context, flags: SearchFlags, ...words: string[]): Promise<number> => {
  const loaded = await openIndex(context, flags);
  await print(context, flags, loaded, {
    assets: searchAssets(loaded.index, words.join(' ')),
    none: 'No asset has all of these words. Try fewer.',
  });
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
  const offeredNot = whyNotOffered(asset, 'sha256' in code ? code.sha256 : undefined);
  const used = await usesHere(context, flags, id);
  if (flags.json) {
    printJson(context, { ...asset, code, notProven, notOffered: offeredNot ?? null, used: used.uses });
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
    ['Evaluated', evaluatedWords(asset, offeredNot)],
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
  if (asset.kind === 'template')
    stdout.write(
      `${dim('Render'.padEnd(7))} ${selfCommand(context)} patterns render ${asset.id}${required(asset.optionsSchema)
        .map((name) => ` --set ${name}=…`)
        .join('')}\n`,
    );
  for (const { target, version, testsKept, testsTotal, at } of asset.proof)
    stdout.write(
      `${dim('Proof')}   ${visibleLine(target)}: ${testsKept} of ${counted(testsTotal, 'test')} kept, with ${version}, ${at.slice(0, 10)}\n`,
    );
  for (const use of used.uses) stdout.write(`${dim('Used'.padEnd(7))} ${useLine(use)}\n`);
  if (used.problem !== undefined) stdout.write(`${dim('Used'.padEnd(7))} ${visibleLine(used.problem)}\n`);
  return exitCode.done;
});

/** The parameters that have to be given. */
const required = (schema: Asset['optionsSchema']): readonly string[] =>
  Array.isArray(schema?.['required']) ? schema['required'].map(String) : [];

const notShipped = new Set(['docs-missing', 'fixtures-missing', 'fixture-kind-missing']);

export const check = command(async (context, flags: IndexFlags): Promise<number> => {
  const loaded = await openIndex(context, flags);
  // Documentation and fixtures stay with the sources.
  const absent =
    loaded.isShipped && !loaded.index.assets.some(({ docs }) => existsSync(path.join(loaded.folder, docs ?? '')));
  const problems = (await checkIndex(loaded)).filter(({ code }) => !absent || !notShipped.has(code));
  const why = await notOffered(loaded);
  const unoffered = [...why].map(([id, reason]) => ({ id, why: reason }));
  if (flags.json) printJson(context, { index: loaded.file, problems, notOffered: unoffered });
  else {
    const { stdout } = context.process;
    for (const { code, where, message } of problems)
      stdout.write(`${visibleLine(where)}  ${code}: ${visibleLine(message)}\n`);
    // No fault of the index: it says what is so, and until then it offers something else.
    for (const { id, why: reason } of unoffered)
      stdout.write(`${visibleLine(id)}  is not offered: ${visibleLine(reason)}\n`);
    const count = counted(loaded.index.assets.length, 'asset');
    stdout.write(
      problems.length === 0
        ? `${count}: index, packages${absent ? ' agree; documentation and fixtures are not shipped' : ', documentation and fixtures agree'}.\n`
        : `${counted(problems.length, 'problem')} in ${count}.\n`,
    );
  }
  return problems.length === 0 ? exitCode.done : exitCode.failed;
});
