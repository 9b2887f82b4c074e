import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { type ProbedRepository, probeRepository } from '@codex-orch/core';
import { type CheckInput, detectBase, loadCheckInput, type LoadOptions } from '@codex-orch/spec-guard';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { counted } from '../print/counted.js';
import type { CommonFlags } from './command.js';

/** Which change is checked. */
export interface ChangeFlags extends CommonFlags {
  readonly base?: string | undefined;
  readonly staged: boolean;
  readonly all: boolean;
  readonly files?: readonly string[] | undefined;
}

/** What is checked, and how it came to be that. */
export interface LoadedChange {
  readonly repository: ProbedRepository;
  readonly input: CheckInput;
  /** For the reader of the report. */
  readonly notes: readonly string[];
  /** Whether the files that were looked at are those of the work tree. */
  readonly isWorkTree: boolean;
}

export interface LoadChange {
  /** The moment that the check takes for now, in milliseconds since the epoch. */
  readonly at: number;
  readonly signal: AbortSignal;
  /** Files that were named without a flag, as tools do that append them. */
  readonly named?: readonly string[] | undefined;
}

/** The folder that a command is about. */
export const folderOf = ({ process }: CliContext, { repo }: CommonFlags): string =>
  path.resolve(process.cwd(), repo ?? '.');

/** Reads the change that the flags name; without any, that of the pull request that a CI system builds, or what is uncommitted. */
export async function loadChange(
  context: CliContext,
  flags: ChangeFlags,
  { at, signal, named = [] }: LoadChange,
): Promise<LoadedChange> {
  const given = [
    flags.base === undefined ? undefined : '--base',
    flags.staged ? '--staged' : undefined,
    flags.all ? '--all' : undefined,
  ].filter((flag) => flag !== undefined);
  if (given.length > 1) throw new BadFlagsError(`${given.join(' and ')} do not go together.`, 'Name one change.');
  const files = [...(flags.files ?? []), ...named];
  if (files.length > 0 && flags.all) throw new BadFlagsError('--files picks from a change, and --all names none.');

  const root = folderOf(context, flags);
  const repository = await probeRepository(root, signal);
  const common: LoadOptions = {
    root,
    repository,
    at,
    signal,
    ...(files.length > 0 ? { files: await relativeTo(repository.root, context.process.cwd(), files) } : {}),
  };
  const detected = given.length === 0 ? detectBase(context.process.env) : undefined;
  if (flags.base !== undefined || detected) {
    const base = flags.base ?? detected?.revision ?? '';
    const from = detected?.from ?? '--base';
    const input = await loadCheckInput({ ...common, base, ...(detected ? { baseFrom: detected.from } : {}) });
    const fork = input.baseRevision === undefined ? 'nothing, as it names no commit' : shortId(input.baseRevision);
    return {
      repository,
      input,
      isWorkTree: false,
      notes: [`Base ${base} (from ${from}): HEAD is compared with ${fork}.`],
    };
  }
  if (flags.staged)
    return {
      repository,
      input: await loadCheckInput({ ...common, staged: true, indexFile: context.process.env['GIT_INDEX_FILE'] }),
      isWorkTree: false,
      notes: ['The index is compared with HEAD (--staged).'],
    };
  if (flags.all)
    return {
      repository,
      input: await loadCheckInput({ ...common, all: true }),
      isWorkTree: true,
      notes: ['Everything is checked, as it is in the work tree (--all).'],
    };
  const input = await loadCheckInput(common);
  const changed = input.changes?.length ?? 0;
  // A check of nothing would pass for a reason that nobody sees.
  return changed > 0
    ? {
        repository,
        input,
        isWorkTree: true,
        notes: [`${counted(changed, 'uncommitted path')} compared with HEAD; name another base with --base.`],
      }
    : {
        repository,
        input: wholeOf(input),
        isWorkTree: true,
        notes: ['No base was named or found and nothing is uncommitted, so everything is checked.'],
      };
}

/** The same files, checked as a whole instead of as a change. */
export const wholeOf = (input: CheckInput): CheckInput => ({
  ...input,
  changes: undefined,
  base: { ...input.head, index: input.index },
  commits: [],
});

const shortId = (id: string): string => id.slice(0, 12);

/** Paths as a user typed them, from the root of the repository. */
async function relativeTo(root: string, cwd: string, files: readonly string[]): Promise<string[]> {
  const here = await realpath(cwd);
  return files.map((file) => path.relative(root, path.resolve(here, file)).split(path.sep).join('/'));
}
