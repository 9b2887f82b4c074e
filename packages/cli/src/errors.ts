import { OrchError, type PlacedProblem, problemsOf } from '@codex-orch/core';

/** Flags that do not go together, or a value that cannot be. */
export class BadFlagsError extends OrchError {
  readonly code = 'bad-flags';

  constructor(message: string, hint?: string) {
    super(message, { hint });
  }
}

/** The run is not in a state in which this can be done. */
export class RunStateError extends OrchError {
  readonly code = 'run-state';

  constructor(runId: string, state: string, wanted: string, hint: string) {
    super(`Run ${runId} is "${state}", not ${wanted}.`, { hint });
  }
}

/** A run directory without a single event. */
export class RunEmptyError extends OrchError {
  readonly code = 'run-empty';

  constructor(runId: string) {
    super(`Run ${runId} has recorded nothing yet.`, {
      hint: 'It was interrupted before it began. Start the goal again.',
    });
  }
}

/** A file with JSON that the user named cannot be used. */
export class UnreadableJsonError extends OrchError {
  readonly code = 'unreadable-json';

  constructor(file: string, cause: Error | readonly PlacedProblem[]) {
    super(`${file} cannot be used${cause instanceof Error ? `: ${cause.message}.` : `.\n${problemsOf(file, cause)}`}`, {
      cause,
      hint: 'It has to hold a JSON object, from name to value.',
    });
  }
}

/** A template cannot be rendered as it was asked for. */
export class TemplateRefusedError extends OrchError {
  readonly code = 'template-refused';

  constructor(cause: Error) {
    super(cause.message, {
      cause,
      hint: '`codex-orch patterns show <template>` lists the parameters; give them with --set name=value or --parameters FILE.',
    });
  }
}

/** A file would be written over. */
export class FileExistsError extends OrchError {
  readonly code = 'file-exists';

  constructor(file: string) {
    super(`${file} is there already.`, {
      hint: 'Nothing was written over it. Move it away, or render without --write.',
    });
  }
}

/** A file that the user named cannot be read. */
export class UnreadableFileError extends OrchError {
  readonly code = 'unreadable-file';

  constructor(file: string, cause: unknown) {
    super(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause,
      hint: 'A relative path goes from the folder you are in.',
    });
  }
}

/** The repository says on which packages its assets are to be evaluated, and it has no such list. */
export class TargetsMissingError extends OrchError {
  readonly code = 'eval-targets-missing';

  constructor(file: string) {
    super(`There is no ${file}, so there is nothing to evaluate assets on.`, {
      hint: 'Evaluations are for repositories with assets of their own; the README of `@codex-orch/eval-harness` tells how to pin targets.',
    });
  }
}

/** What was evaluated is no longer what the index names. */
export class EvaluatedCodeChangedError extends OrchError {
  readonly code = 'eval-code-changed';

  constructor(id: string) {
    super(`The code of "${id}" changed while it was evaluated; nothing was recorded.`, {
      hint: 'Run the evaluation again; what has not changed is taken from the cache.',
    });
  }
}

/** The index that comes with the command would have to be changed. */
export class ShippedIndexError extends OrchError {
  readonly code = 'asset-index-shipped';

  constructor(id: string) {
    super(
      `"${id}" is in the index that comes with the command, and what is written there is lost with the next version.`,
      {
        hint: 'Keep an index of your own in patterns/index.json, or name one with --index.',
      },
    );
  }
}

/** A folder that is no candidate for an index of assets. */
export class NoCandidateError extends OrchError {
  readonly code = 'candidate-missing';

  constructor(folder: string) {
    super(`${folder} is no candidate: there is no asset.json in it.`, {
      hint: 'Name a folder that `codex-orch patterns ingest` wrote. What you wrote yourself gets into an index by hand: patterns/index.json, then `codex-orch patterns check`.',
    });
  }
}

/** A word that is neither the name of an asset nor a path. */
export class NeitherAssetNorFileError extends OrchError {
  readonly code = 'no-asset-or-file';

  constructor(word: string, cause?: NodeJS.ErrnoException) {
    const why = cause === undefined ? '' : ` that can be looked at (${cause.code ?? cause.message})`;
    super(`"${word}" is neither an asset nor a file${why}.`, {
      cause,
      hint: '`codex-orch patterns list` shows all assets; paths go from the folder you are in.',
    });
  }
}

/** The end of an id that is too short to tell it from others. */
export class IdEndTooShortError extends OrchError {
  readonly code = 'id-end-too-short';

  constructor(asked: string, fitting: string) {
    super(`"${asked}" is the end of ${fitting}, and too short to stand for it.`, {
      hint: `Give at least ${minEndCharacters} characters of the end, or any number of the beginning.`,
    });
  }
}

/** Characters of the end of an id that stand for it: a short end would too easily be met by a slip of the finger. */
export const minEndCharacters = 4;
