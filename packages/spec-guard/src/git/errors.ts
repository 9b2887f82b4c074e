import { OrchError } from '@codex-orch/core';

const short = (revision: string): string => JSON.stringify(revision.slice(0, 200));

/** What was given as a revision cannot be one, or could be taken for an option. */
export class BadRevisionError extends OrchError {
  readonly code = 'bad-revision';

  constructor(revision: string) {
    super(`${short(revision)} is not a revision: it is empty, begins with "-", or has a control character in it.`, {
      hint: 'Name a branch, a tag or a commit, as `git rev-parse` understands it.',
    });
  }
}

/** A revision is not in the repository. */
export class UnknownRevisionError extends OrchError {
  readonly code = 'unknown-revision';

  constructor(revision: string, from: string | undefined, isShallow: boolean) {
    super(`There is no revision ${short(revision)} in this repository${from === undefined ? '' : ` (from ${from})`}.`, {
      hint: isShallow
        ? 'This clone is shallow: use `fetch-depth: 0` with actions/checkout, or run `git fetch --unshallow`.'
        : 'Fetch it first with `git fetch`, or name another base with `--base`.',
    });
  }
}

/** The common ancestor of base and head lies beyond what a shallow clone has. */
export class MergeBaseMissingError extends OrchError {
  readonly code = 'merge-base-missing';

  constructor(base: string, head: string) {
    super(
      `The merge base of ${base.slice(0, 12)} and ${head.slice(0, 12)} is not in this clone, because the clone is shallow.`,
      {
        hint: 'Run `git fetch --deepen=100` until it is there, or `git fetch --unshallow`; with actions/checkout, use `fetch-depth: 0`.',
      },
    );
  }
}

/** Base and head have no common ancestor at all. */
export class UnrelatedHistoriesError extends OrchError {
  readonly code = 'unrelated-histories';

  constructor(base: string, head: string) {
    super(`${base.slice(0, 12)} and ${head.slice(0, 12)} have no common ancestor.`, {
      hint: 'Name a base that the present branch comes from.',
    });
  }
}

/** `GIT_INDEX_FILE` names a file that is no index of this repository. */
export class IndexFileRefusedError extends OrchError {
  readonly code = 'index-file-refused';

  constructor(file: string) {
    super(`GIT_INDEX_FILE is ${JSON.stringify(file)}, which is not inside the git directory of this repository.`, {
      hint: 'Unset GIT_INDEX_FILE. Git itself sets it, while it commits, to a file in its git directory.',
    });
  }
}

/** A path that was named is no file of the work tree and none of the base. */
export class NoSuchFileError extends OrchError {
  readonly code = 'no-such-file';

  constructor(path: string, why = 'neither the work tree nor the base has it') {
    super(`${JSON.stringify(path)} is not a file of this repository: ${why}.`, {
      hint: 'Name files, not folders: on the command line from the folder you are in, in a program from the root of the repository.',
    });
  }
}
