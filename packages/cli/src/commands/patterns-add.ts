import { existsSync } from 'node:fs';
import path from 'node:path';
import { openRepository, readIdentity } from '@codex-orch/core';
import { type Asset, enterCandidate } from '@codex-orch/learning-library';
import { ownIndex } from '../compose/asset/own-index.js';
import { NoCandidateError, ShippedIndexError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { visibleLine } from '../print/visible.js';
import { command, printJson } from './command.js';
import { folderOf } from './guard-change.js';
import { interruptible } from './interruption.js';
import { type IndexFlags, repositoryIndex } from './patterns-index.js';
import { selfCommand } from './self-command.js';

export interface AddFlags extends IndexFlags {
  readonly when?: string | undefined;
  readonly owner?: string | undefined;
  readonly risk: Asset['risk'];
}

/** A candidate that reproduces its diffs enters the index of its repository; all that is more is for an evaluation and a person. */
export const add = command(async (context, flags: AddFlags, folder: string): Promise<number> => {
  const { root } = await openRepository(folderOf(context, flags));
  const cwd = context.process.cwd();
  if (!existsSync(path.resolve(cwd, folder, 'asset.json'))) throw new NoCandidateError(folder);
  const index = flags.index === undefined ? path.join(root, repositoryIndex) : path.resolve(cwd, flags.index);
  if (index === ownIndex()) throw new ShippedIndexError(path.basename(folder));
  const { name, email } = await readIdentity(root, context.process.env);
  const isInside = !path.relative(root, index).startsWith('..');
  const { asset, verdict, sha256 } = await interruptible(context, (signal) =>
    enterCandidate(path.resolve(cwd, folder), {
      index,
      root: isInside ? root : path.dirname(index),
      owner: flags.owner ?? (email || name),
      lastReview: new Date().toISOString().slice(0, 10),
      whenToUse: flags.when,
      risk: flags.risk,
      signal,
    }),
  );
  if (flags.json) printJson(context, { index, asset, sha256, verdict });
  else
    context.process.stdout.write(
      `${asset.id} gives back all ${counted(verdict.examples, 'diff')}, and is in ${visibleLine(path.relative(cwd, index))} as a candidate, version ${asset.version}.\n` +
        `Read what it says of itself, then try it: ${selfCommand(context)} patterns apply ${asset.id} --dry-run\n`,
    );
  return exitCode.done;
});
