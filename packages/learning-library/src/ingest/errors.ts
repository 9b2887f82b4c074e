import { OrchError } from '@codex-orch/core';

/** A diff is not in git's format. */
export class DiffSyntaxError extends OrchError {
  readonly code = 'diff-syntax';
  /** From 1. */
  readonly line: number;

  constructor(source: string, line: number, reason: string) {
    super(`${source}: line ${line} is not what git writes in a diff: ${reason}.`, {
      hint: 'Make the diff with `git diff --binary`, and do not edit it.',
    });
    this.line = line;
  }
}

/** More was given than is looked through. */
export class IngestLimitError extends OrchError {
  readonly code = 'ingest-limit';

  constructor(source: string, found: string, limit: string) {
    super(`${source} is too large to learn from: ${found}; at most ${limit} is read.`, {
      hint: 'Give fewer runs or smaller diffs.',
    });
  }
}

/** A diff file is not there or cannot be read. */
export class DiffUnreadableError extends OrchError {
  readonly code = 'diff-unreadable';

  constructor(path: string, cause: unknown) {
    super(`The diff ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      hint: 'Check the path; `git diff --binary > changes.patch` makes such a file.',
      cause,
    });
  }
}

/** Nothing was given to learn from, or an option has a value that it cannot have. */
export class IngestOptionsError extends OrchError {
  readonly code = 'ingest-options';

  constructor(reason: string) {
    super(`This cannot be ingested: ${reason}.`, { hint: 'See `codex-orch patterns ingest --help`.' });
  }
}

/** A folder does not hold a candidate, or not any more as it was written. */
export class CandidateBrokenError extends OrchError {
  readonly code = 'candidate-broken';

  constructor(folder: string, reason: string) {
    super(`${folder} holds no candidate that can be verified: ${reason}.`, {
      hint: 'Ingest the runs again into a new folder; what a builder may change is the module, and fixtures may be added.',
    });
  }
}

/** There is something already where a candidate should be written. */
export class CandidateExistsError extends OrchError {
  readonly code = 'candidate-exists';

  constructor(folder: string) {
    super(`${folder} exists already.`, {
      hint: 'Verify or remove it; a candidate that somebody works on is not overwritten.',
    });
  }
}

/** A candidate does not do what the diffs did that it came from, or cannot stand in an index. */
export class CandidateRefusedError extends OrchError {
  readonly code = 'candidate-refused';

  constructor(id: string, why: string) {
    super(`The candidate "${id}" does not enter the index: ${why}.`, {
      hint: '`codex-orch patterns verify FOLDER` shows all that is wrong. Nothing was written.',
    });
  }
}

/** A candidate lies where those who have the index do not have it. */
export class CandidateMisplacedError extends OrchError {
  readonly code = 'candidate-misplaced';

  constructor(folder: string, root: string) {
    super(`${folder} cannot be named by an index in ${root}: it is not in there.`, {
      hint: 'Move the folder into the repository that has the index, for example below patterns/candidates.',
    });
  }
}

/** An index has an asset of this name, or of this code, already. */
export class AssetExistsError extends OrchError {
  readonly code = 'asset-exists';

  constructor(id: string, other: string, index: string) {
    super(`${index} has ${id === other ? `an asset "${id}"` : `the code of "${id}", as "${other}",`} already.`, {
      hint: 'Nothing was written. What has changed since is a new version: raise it there, and have it evaluated and approved again.',
    });
  }
}
