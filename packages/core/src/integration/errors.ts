import path from 'node:path';
import { OrchError } from '../errors/orch-error.js';

const short = (id: string): string => id.slice(0, 12);

/** Git is too old to merge without a work tree. */
export class GitTooOldError extends OrchError {
  readonly code = 'git-too-old';
  override readonly interrupts = true;

  constructor() {
    super('This git cannot merge trees: `git merge-tree --write-tree` is not known.', {
      hint: 'Install git 2.38 or newer, then call the same command again.',
    });
  }
}

/** A branch cannot take an integration. */
export class IntegrationBranchError extends OrchError {
  readonly code = 'integration-branch-unusable';

  constructor(branch: string, why: string) {
    super(`The branch ${branch} cannot take the integration: ${why}.`, {
      hint: 'Nothing was changed. Name another branch with --branch.',
    });
  }
}

/** A branch to start from is not there. */
export class IntegrationBaseError extends OrchError {
  readonly code = 'integration-base-unknown';

  constructor(base: string) {
    super(`There is no branch ${base} to start from.`, { hint: 'Name a local branch with --base.' });
  }
}

/** Somebody else moved the integration branch while it was built. */
export class IntegrationBranchMovedError extends OrchError {
  readonly code = 'integration-branch-moved';

  constructor(branch: string, tip: string) {
    super(`Somebody moved ${branch} while it was being built, so it was left as they made it.`, {
      hint: `What was built is kept as ${short(tip)} in the work tree of the integration. Call the command again to build on the branch as it is now.`,
    });
  }
}

/** The base moves faster than an integration can be tested. */
export class BaseKeepsMovingError extends OrchError {
  readonly code = 'integration-base-moving';

  constructor(base: string, tries: number) {
    super(`${base} moved during each of ${tries} tries to integrate, so the branch was not moved.`, {
      hint: 'Call the command again at a quieter time, or start from a commit that stays with --base.',
    });
  }
}

/** The tests fail without any of the runs. */
export class BaseRedError extends OrchError {
  readonly code = 'integration-base-red';

  constructor(commit: string) {
    super(`The tests fail on ${short(commit)} before anything is integrated, so no run can be judged.`, {
      hint: 'Mend the base, or name the right test command with --test; the log is in the record of the integration.',
    });
  }
}

/** Something would be deleted that holds the only copy of commits. */
export class CommitsUnreachableError extends OrchError {
  readonly code = 'commits-unreachable';
  readonly commits: readonly string[];

  constructor(what: string, commits: readonly string[]) {
    super(`${what} is kept: ${commits.map(short).join(', ')} can be reached from nowhere else.`, {
      hint: 'Point a branch at them first, e.g. `git branch keep <commit>`.',
    });
    this.commits = commits;
  }
}

/** No integration, or more than one, goes by this name. */
export class UnknownIntegrationError extends OrchError {
  readonly code = 'unknown-integration';

  constructor(asked: string, root: string, candidates: readonly string[] = []) {
    // Where there are any, one is the latest.
    if (asked === 'latest')
      super(`Nothing was integrated in ${path.resolve(root, '../..')} yet.`, {
        hint: 'Name runs whose diffs are approved: `codex-orch integrate <run>…`. All runs: `codex-orch runs list`.',
      });
    else
      super(
        candidates.length > 1
          ? `${JSON.stringify(asked)} fits ${candidates.length} integrations: ${candidates.slice(0, 5).join(', ')}.`
          : `There is no integration ${JSON.stringify(asked)} under ${root}.`,
        { hint: '`codex-orch integrations list` names all; "latest" is the newest.' },
      );
  }
}

/** The record of an integration cannot be used. */
export class IntegrationRecordError extends OrchError {
  readonly code = 'integration-record-unreadable';

  constructor(file: string, why: string) {
    super(`${file} cannot be used: ${why}.`, {
      hint: 'Integrate the runs again; their diffs and approvals are in their own directories.',
    });
  }
}
