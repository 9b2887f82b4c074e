import { OrchError } from '@codex-orch/core';

/** The hooks of a repository are kept by a program that writes them anew from a file of its own. */
export class HooksManagedError extends OrchError {
  readonly code = 'hooks-managed';

  constructor(manager: string, instruction: string) {
    super(`The git hooks of this repository are managed by ${manager}, which would overwrite or pass by ours.`, {
      hint: instruction,
    });
  }
}

/** Git looks for hooks in a folder that is not this repository's alone. */
export class SharedHooksFolderError extends OrchError {
  readonly code = 'shared-hooks-folder';

  constructor(folder: string, command: string) {
    super(
      `core.hooksPath is ${folder}, outside of this repository: a hook there would run for other repositories too.`,
      {
        hint: `Add the line \`${command}\` to its pre-commit hook yourself, or set core.hooksPath to a folder of this repository.`,
      },
    );
  }
}

/** Somebody changed our hook after it was installed. */
export class HookChangedError extends OrchError {
  readonly code = 'hook-changed';

  constructor({
    file,
    chained,
    isChained,
  }: {
    readonly file: string;
    readonly chained: string;
    readonly isChained: boolean;
  }) {
    super(`${file} is left as it is: somebody changed it after it was installed.`, {
      hint: `Keep what you need of it elsewhere and delete it${isChained ? `, then rename ${chained} to pre-commit` : ''}.`,
    });
  }
}

/** There is a hook that is not ours, and beside it one that an earlier installation put there. */
export class TwoHooksError extends OrchError {
  readonly code = 'two-hooks';

  constructor(file: string, chained: string) {
    super(`${file} is left as it is: it is not ours, and ${chained} is there from an earlier installation.`, {
      hint: 'Keep the one that you want as pre-commit, remove the other, and install again.',
    });
  }
}
