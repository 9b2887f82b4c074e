import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { failpoint } from '../failpoint/failpoint.js';
import { makeScratchFolder } from '../fs/scratch-folder.js';
import { sha256File } from '../fs/sha256-file.js';
import { type ChangePlan, planChange } from './change-plan.js';
import { type CheckoutState, compareCheckout } from './checkout-state.js';
import { writeToCheckout } from './checkout-writer.js';
import { CheckoutDirtyError, DiffDigestMismatchError } from './errors.js';
import { ScratchGitDirectory } from './git-directory.js';
import { textOf } from './git-path.js';
import type { Repository } from './repository.js';
import { type ChangedFile, changedFiles } from './tree-changes.js';

export interface ApplyDiffOptions {
  readonly repository: Repository;
  readonly diffPath: string;
  /** The digest that was approved, in lower-case hex. */
  readonly expectedSha256: string;
  /** The commit that the diff was made on. */
  readonly baseCommit: string;
  /** Only find out whether it would apply; false by default. */
  readonly check?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What became of a diff. `already-applied`: the checkout, or its HEAD, has had all of it before. */
export interface AppliedDiff {
  readonly status: 'applied' | 'already-applied' | 'would-apply';
  /** Whether it is HEAD that has had it. */
  readonly isInHead: boolean;
  readonly files: readonly ChangedFile[];
}

/**
 * Applies an approved diff to the user's checkout: to its files, not to its index or its commits.
 *
 * The result is computed in a git directory of ours first, and files are written only when every one of them can be. A second
 * call after a crash writes what is missing; a failure while writing puts back what was there.
 *
 * Throws {@link DiffDigestMismatchError}, {@link UnsafePatchError}, {@link FilteredPathError}, {@link CheckoutDirtyError} and
 * {@link DiffDoesNotApplyError}; after each of these nothing has changed.
 */
export async function applyDiff(options: ApplyDiffOptions): Promise<AppliedDiff> {
  const { repository, baseCommit, signal } = options;
  const folder = await makeScratchFolder('apply');
  try {
    // What is checked has to be what is applied, whoever else can write the original.
    const diff = path.join(folder, 'diff');
    await copyFile(options.diffPath, diff);
    const { sha256, bytes } = await sha256File(diff, signal);
    if (sha256 !== options.expectedSha256)
      throw new DiffDigestMismatchError(options.diffPath, options.expectedSha256, sha256);
    if (bytes === 0) return { status: options.check ? 'would-apply' : 'applied', isInHead: false, files: [] };

    await using scratch = await ScratchGitDirectory.make(repository);
    const plan = await planChange({ repository, scratch, diff, baseCommit, signal });
    const files = await changedFiles(plan.before, plan.after, { cwd: scratch.dir, gitDir: scratch.dir, signal });
    if (plan.isInHead) return { status: 'already-applied', isInHead: true, files };
    const state = await compareCheckout(repository, scratch, plan, signal);
    if (state.changed.length > 0) throw new CheckoutDirtyError(repository.root, state.changed.map(textOf));
    return { status: await write(options, scratch, plan, state), isInHead: false, files };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(
  options: ApplyDiffOptions,
  scratch: ScratchGitDirectory,
  plan: ChangePlan,
  state: CheckoutState,
): Promise<AppliedDiff['status']> {
  if (state.unchanged.length === 0) return 'already-applied';
  if (options.check) return 'would-apply';
  failpoint('apply.planned');
  await writeToCheckout(options.repository, scratch, plan, state.unchanged, options.signal);
  failpoint('apply.written');
  return 'applied';
}
