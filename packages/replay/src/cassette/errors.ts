import { OrchError } from '@codex-orch/core';

/** The base of everything that can be wrong with a cassette. */
export abstract class CassetteError extends OrchError {}

/** A cassette or a script breaks its format. */
export class CassetteInvalidError extends CassetteError {
  readonly code = 'cassette-invalid';

  readonly path: string;
  /** Counted from 1; undefined for a script that came without a file. */
  readonly line: number | undefined;

  constructor(path: string, line: number | undefined, problem: string, column?: number) {
    const place = [path, line, column].filter((part) => part !== undefined).join(':');
    super(`${place}: ${problem}.`, {
      hint: 'A cassette is JSONL: a header, then one entry a line. See the README of @codex-orch/replay.',
    });
    this.path = path;
    this.line = line;
  }
}

/** A cassette was written by a newer version of this package. */
export class CassetteVersionError extends CassetteError {
  readonly code = 'cassette-version';

  constructor(path: string, version: number) {
    super(`${path} is a cassette of version ${version}; this program reads version 1.`, {
      hint: 'Update @codex-orch/replay, or record again.',
    });
  }
}

/** A cassette cannot be read. */
export class CassetteUnreadableError extends CassetteError {
  readonly code = 'cassette-unreadable';

  constructor(path: string, cause: unknown) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    super(`Cannot read the cassette ${path}: ${missing ? 'there is no such file' : String(cause)}.`, {
      cause,
      hint: missing ? 'Record one, or check the path.' : undefined,
    });
  }
}

/** The place for a new cassette holds a file that is none. */
export class CassetteTargetTakenError extends CassetteError {
  readonly code = 'cassette-target-taken';

  constructor(path: string) {
    super(`${path} exists and is not a cassette, so it is not overwritten.`, {
      hint: 'Choose another path, or remove the file.',
    });
  }
}
