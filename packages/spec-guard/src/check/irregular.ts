import type { SourceFile } from './check-input.js';
import type { Problem } from './position.js';

const kinds: Readonly<Record<NonNullable<SourceFile['irregular']>, string>> = {
  symlink: 'it is a symbolic link, which is not followed',
  submodule: 'it is a submodule',
  'too-large': 'it is too large, and not read',
  'not-utf8': 'it is no UTF-8 text',
};

/** Why a file of the guard's own, where there is no regular text, cannot be read. */
export const irregularProblem = (irregular: NonNullable<SourceFile['irregular']>): Problem => ({
  message: kinds[irregular],
  line: 1,
  column: 1,
});
