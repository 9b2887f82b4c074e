import path from 'node:path';
import { OrchError } from '@codex-orch/core';

/** No application, or more than one, goes by this name. */
export class UnknownApplicationError extends OrchError {
  readonly code = 'unknown-application';

  constructor(asked: string, folder: string, candidates: readonly string[]) {
    // Where there are any, one is the latest.
    if (asked === 'latest')
      super(`Nothing was applied in ${path.resolve(folder, '../../..')} yet.`, {
        hint: 'See what can be with `codex-orch patterns list`, and apply it with `codex-orch patterns apply <asset>`.',
      });
    else
      super(
        candidates.length > 1
          ? `"${asked}" is the start of ${candidates.length} applications: ${candidates.slice(0, 5).join(', ')}.`
          : `There is no application "${asked}" under ${folder}.`,
        { hint: 'An id may be shortened while it stays unique, and "latest" names the newest.' },
      );
  }
}

/** The record of an application cannot be used. */
export class ApplicationCorruptError extends OrchError {
  readonly code = 'application-corrupt';

  constructor(file: string, why: string) {
    super(`${file} cannot be used: ${why}.`, {
      hint: 'Nothing was changed. Take the files back from git instead.',
    });
  }
}

/** Files have changed since an application wrote them, so that taking it back would lose those changes. */
export class RollbackConflictError extends OrchError {
  readonly code = 'rollback-conflict';
  readonly paths: readonly string[];

  constructor(id: string, paths: readonly string[]) {
    const named = paths.slice(0, 10).map((path) => JSON.stringify(path));
    const more = paths.length > named.length ? ` and ${paths.length - named.length} more` : '';
    super(`${paths.length} of the files that ${id} wrote have changed since: ${named.join(', ')}${more}.`, {
      hint: 'Nothing was changed. With `--rest` the others are restored, and these stay as they are.',
    });
    this.paths = paths;
  }
}
