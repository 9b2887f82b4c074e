import { nearName, OrchError } from '@codex-orch/core';
import { type FileProblems, fileProblemLines } from '../document/file-problems.js';

/** The list of targets cannot be used. All that is wrong with it is told at once. */
export class TargetsFileError extends OrchError {
  readonly code = 'eval-targets-invalid';

  constructor(file: string, problems: FileProblems, cause?: unknown) {
    super(`The list of targets cannot be used.\n${fileProblemLines(file, problems)}`, {
      cause,
      hint: 'Take a target that is not named here as a pattern; `codex-orch eval targets refresh` writes pins as they have to be.',
    });
  }
}

/** Something fetched is not what was pinned. */
export class TargetTamperedError extends OrchError {
  readonly code = 'eval-target-tampered';

  constructor(target: string, what: string, expected: string, actual: string) {
    super(`${target}: ${what} is ${actual}, but ${expected} is pinned.`, {
      hint: 'Nothing of it was run. If the change is meant, look at it and renew the pin.',
    });
  }
}

/** A target could not be fetched from its registry. */
export class TargetFetchError extends OrchError {
  readonly code = 'eval-target-fetch-failed';

  constructor(target: string, detail: string, cause?: unknown) {
    super(`${target} cannot be fetched: ${detail}`, {
      cause,
      hint: 'Check the network and the registry that npm is set up for; what is in the cache needs neither.',
    });
  }
}

/** What the tests of a target need could not be installed. */
export class TargetInstallError extends OrchError {
  readonly code = 'eval-target-install-failed';

  constructor(target: string, detail: string, cause?: unknown) {
    super(`What ${target} needs cannot be installed: ${detail}`, { cause });
  }
}

/** A target's setup command failed. */
export class TargetSetupError extends OrchError {
  readonly code = 'eval-target-setup-failed';

  constructor(target: string, command: readonly string[], detail: string) {
    super(`${target}: the setup command "${command.join(' ')}" failed: ${detail}`);
  }
}

/** No target has the name. */
export class UnknownTargetError extends OrchError {
  readonly code = 'eval-target-unknown';

  constructor(name: string, known: readonly string[]) {
    const near = nearName(name, known);
    const meant = near === undefined ? '' : `Did you mean "${near}"? `;
    super(`There is no target "${name}".`, { hint: `${meant}Known are ${known.join(', ')}.` });
  }
}
