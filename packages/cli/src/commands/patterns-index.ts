import { existsSync } from 'node:fs';
import path from 'node:path';
import { probeRepository } from '@codex-orch/core';
import { type LoadedIndex, loadIndex } from '@codex-orch/learning-library';
import { ownIndex } from '../compose/asset/own-index.js';
import type { CliContext } from '../context.js';
import type { CommonFlags } from './command.js';
import { folderOf } from './guard-change.js';

export interface IndexFlags extends CommonFlags {
  readonly index?: string | undefined;
}

/** An index, and where it is. */
export interface OpenIndex extends LoadedIndex {
  readonly file: string;
  /** Whether it is the one that comes with the command, which is nobody's to change. */
  readonly isShipped: boolean;
}

/** Where a repository has its own assets. */
export const repositoryIndex = path.join('patterns', 'index.json');

/** The index that the flags name; else the repository's own, else the one that comes with the command. Throws `IndexBrokenError`. */
export async function openIndex(context: CliContext, flags: IndexFlags): Promise<OpenIndex> {
  const file = await fileOf(context, flags);
  return { ...(await loadIndex(file)), file, isShipped: file === ownIndex() };
}

async function fileOf(context: CliContext, flags: IndexFlags): Promise<string> {
  if (flags.index !== undefined) return path.resolve(context.process.cwd(), flags.index);
  // To look at assets one need not be in a repository.
  const repository = await probeRepository(folderOf(context, flags)).catch((error: unknown) => {
    if (flags.repo !== undefined) throw error;
    return undefined;
  });
  const own = path.join(repository?.root ?? '.', repositoryIndex);
  return existsSync(own) ? own : (ownIndex() ?? own);
}
