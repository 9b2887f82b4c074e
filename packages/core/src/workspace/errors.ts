import { OrchError } from '../errors/orch-error.js';

/** Names at most ten paths, quoted so that odd names stay on one line. */
const nameAll = (paths: readonly string[]): string => {
  const named = paths.slice(0, 10).map((path) => JSON.stringify(path));
  return paths.length > named.length ? `${named.join(', ')} and ${paths.length - named.length} more` : named.join(', ');
};

/** Git is not installed, or not on the PATH. */
export class GitMissingError extends OrchError {
  readonly code = 'git-missing';
  override readonly interrupts = true;

  constructor(cause: unknown) {
    super('Git was not found on the PATH.', { cause, hint: 'Install git 2.36 or newer.' });
  }
}

/** A git command failed in a way that nobody foresaw. */
export class GitFailedError extends OrchError {
  readonly code = 'git-failed';

  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(command: string, exitCode: number | null, stderr: string) {
    super(
      `git ${command} failed${exitCode === null ? '' : ` with exit code ${exitCode}`}: ${stderr.trim().slice(-2000) || 'it said nothing'}`,
    );
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** A folder is not inside the work tree of a git repository. */
export class NotARepositoryError extends OrchError {
  readonly code = 'not-a-repository';
  override readonly interrupts = true;

  constructor(cwd: string, why = 'it is not inside a git work tree') {
    super(`${cwd} is not a git repository: ${why}.`, {
      hint: 'Go to a folder of the repository, name one with --repo, or make one with `git init` and a first commit.',
    });
  }
}

/** A repository has no work tree to work on. */
export class BareRepositoryError extends OrchError {
  readonly code = 'bare-repository';

  constructor(cwd: string) {
    super(`${cwd} is a bare repository.`, { hint: 'Clone it, and start from the clone.' });
  }
}

/** A repository belongs to another user, whose settings git refuses to obey. */
export class RepositoryNotOwnedError extends OrchError {
  readonly code = 'repository-not-owned';

  constructor(cwd: string) {
    super(`The repository at ${cwd} belongs to another user.`, {
      hint: 'Make it yours with `chown -R`, or, if you trust its owner, name it with `git config --global --add safe.directory <folder>`.',
    });
  }
}

/** A repository has no commit to start from. */
export class NoCommitsError extends OrchError {
  readonly code = 'no-commits';

  constructor(root: string) {
    super(`The repository at ${root} has no commits on its current branch.`, {
      hint: 'Make a first commit: a goal starts from one.',
    });
  }
}

/** The place for a workspace is taken by something else. */
export class WorkspaceExistsError extends OrchError {
  readonly code = 'workspace-exists';
  override readonly interrupts = true;

  constructor(dir: string, what: string) {
    super(`Cannot make a workspace in ${dir}: ${what}.`, { hint: 'Choose another folder, or remove that one.' });
  }
}

/** A folder is not a workspace, or not a whole one. */
export class NotAWorkspaceError extends OrchError {
  readonly code = 'not-a-workspace';
  override readonly interrupts = true;

  constructor(dir: string, why: string) {
    super(`${dir} is not a workspace: ${why}.`, { hint: 'Make it again.' });
  }
}

/** A work tree contains a repository or a submodule that the base does not have. */
export class EmbeddedRepositoryError extends OrchError {
  readonly code = 'embedded-repository';

  readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    super(`A git repository is embedded at ${nameAll(paths)}.`, {
      hint: 'Remove its .git, or add the folder to .gitignore: submodules cannot be part of a change.',
    });
    this.paths = paths;
  }
}

/** A change contains a symbolic link that leads out of the work tree. */
export class UnsafeSymlinkError extends OrchError {
  readonly code = 'unsafe-symlink';

  readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    super(`A symbolic link leads, or may lead, out of the work tree: ${nameAll(paths)}.`, {
      hint: 'Let it point to a relative path inside the work tree, with ".." only at its start.',
    });
    this.paths = paths;
  }
}

/** A diff file is not the one that was approved. */
export class DiffDigestMismatchError extends OrchError {
  readonly code = 'diff-digest-mismatch';

  constructor(path: string, expected: string, actual: string) {
    super(`The diff ${path} has the SHA-256 ${actual}, but ${expected} was expected.`, {
      hint: 'Nothing was done: the file changed after it was written or approved. Restore it, or run the goal again; `codex-orch runs verify` lists all that is wrong.',
    });
  }
}

/** A patch would write where a patch must not write. */
export class UnsafePatchError extends OrchError {
  readonly code = 'unsafe-patch';

  readonly paths: readonly string[];

  constructor(paths: readonly string[], what: string) {
    super(`The patch is refused, because it ${what}${paths.length > 0 ? `: ${nameAll(paths)}` : ''}.`, {
      hint: 'Nothing was changed. Remove that part from the work and make the diff again.',
    });
    this.paths = paths;
  }
}

/** The checkout has uncommitted changes where a patch would write. */
export class CheckoutDirtyError extends OrchError {
  readonly code = 'checkout-dirty';

  readonly paths: readonly string[];

  constructor(root: string, paths: readonly string[]) {
    super(`The checkout ${root} has uncommitted changes where the diff applies: ${nameAll(paths)}.`, {
      hint: 'Nothing was changed. Commit, stash or remove them, then apply again.',
    });
    this.paths = paths;
  }
}

/** A patch does not fit the commit that is checked out. */
export class DiffDoesNotApplyError extends OrchError {
  readonly code = 'diff-does-not-apply';

  readonly paths: readonly string[];

  constructor(paths: readonly string[], baseCommit: string, head: string, detail: string) {
    const [base, here] = [baseCommit.slice(0, 12), head.slice(0, 12)];
    const moved = baseCommit !== head;
    const where = paths.length > 0 ? ` at ${nameAll(paths)}` : '';
    super(
      moved
        ? `The diff was made on ${base}, your checkout is at ${here}, and it does not apply there${where}: ${detail}`
        : `The diff was made on ${base} and does not apply to it${where}: ${detail}`,
      {
        hint: moved
          ? `Nothing was changed. Apply it where it was made, then merge: \`git switch --create apply-${base} ${base}\`, apply again, commit. Or run the goal again on the present commit.`
          : 'Nothing was changed. Run the goal again.',
      },
    );
    this.paths = paths;
  }
}

/** A patch touches files that the user's git stores through a filter program, which is not run here. */
export class FilteredPathError extends OrchError {
  readonly code = 'filtered-path';

  readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    super(`The diff touches files that your git keeps through a filter program: ${nameAll(paths)}.`, {
      hint: 'Nothing was changed. Apply the diff yourself with `git apply`, which runs the filter.',
    });
    this.paths = paths;
  }
}

/** A commit or tree that is asked for is not in the repository. */
export class UnknownObjectError extends OrchError {
  readonly code = 'unknown-object';

  constructor(kind: 'commit' | 'tree', id: string, why: string) {
    super(`There is no ${kind} ${JSON.stringify(id)}: ${why}.`, {
      hint: `Give the full id of a ${kind} of this repository, as \`git rev-parse\` prints it.`,
    });
  }
}

/** Files of the base commit are not in the object store, as in a partial clone. */
export class ObjectsMissingError extends OrchError {
  readonly code = 'objects-missing';
  override readonly interrupts = true;

  constructor(commit: string, cause: unknown) {
    super(`Objects of the commit ${commit} are missing from the repository.`, {
      cause,
      hint: 'In a partial clone, fetch them with `git fetch --refetch --filter=blob:limit=1g` or check the commit out once; otherwise look with `git fsck`.',
    });
  }
}
