import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, OrchError, readIdentity, writeError } from '@codex-orch/core';
import { type FixEdit, guardPaths, planFixes, updateRegistry } from '@codex-orch/spec-guard';
import type { CliContext } from '../context.js';
import { visibleLine } from '../print/visible.js';
import type { LoadedChange } from './guard-change.js';
import { insideCheckout, registryLock } from './spec-checkout.js';

/** What a flag of the guard did before it checks. */
export interface Acted {
  /** For the reader, a sentence each. */
  readonly done: readonly string[];
  readonly isWritten: boolean;
}

/** The file in the work tree is another one than that which was checked. */
class FixConflictError extends OrchError {
  readonly code = 'fix-conflict';

  constructor(file: string) {
    super(`${file} is not repaired: the work tree has another content than the change that was checked.`, {
      hint: 'Commit or stash what is uncommitted in it, or repair the work tree as it is: `codex-orch guard --fix`.',
    });
  }
}

/** Repairs what needs no decision: entries of the registry, and skeletons of missing specs. It writes no date and no approval. */
export async function fixSpecs(
  context: CliContext,
  { dryRun }: { readonly dryRun: boolean },
  { repository, input }: LoadedChange,
): Promise<Acted> {
  const { name, email } = await readIdentity(repository.root, context.process.env);
  const edits = planFixes(input, { owners: [email || name] });
  if (edits.length === 0)
    return { done: ['There is nothing that can be repaired without a person.'], isWritten: false };
  const done = edits.flatMap((edit) =>
    edit.done.map(
      (sentence) => `${dryRun ? 'would write' : 'wrote'} ${visibleLine(edit.path)}: ${visibleLine(sentence)}`,
    ),
  );
  if (!dryRun) for (const edit of edits) await write(edit);
  return { done, isWritten: !dryRun };

  async function write(edit: FixEdit): Promise<void> {
    const file = await insideCheckout(repository.root, edit.path);
    await makeFolder(path.dirname(file));
    if (edit.path === guardPaths.index) {
      await updateRegistry(
        file,
        (before) => {
          if (before !== (input.index?.text ?? '')) throw new FixConflictError(edit.path);
          return edit.text;
        },
        { lock: registryLock(repository) },
      );
      return;
    }
    try {
      await writeFile(file, edit.text, { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new FixConflictError(edit.path);
      throw writeError(file, error);
    }
  }
}
