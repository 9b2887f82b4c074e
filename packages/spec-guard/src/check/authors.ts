import type { CheckedCommit } from './check-input.js';

/**
 * Who changed a spec's content in the change that is checked: e-mail addresses, in small letters.
 *
 * Where nobody looked into a commit, its author counts as one who did.
 */
export function authorsOf(
  path: string,
  changed: ReadonlySet<string>,
  commits: readonly CheckedCommit[],
): ReadonlySet<string> {
  if (!changed.has(path)) return new Set();
  return new Set(
    commits
      .filter(({ changedSpecs }) => changedSpecs?.includes(path) ?? true)
      .map(({ author: { email, name } }) => (email || name).toLowerCase()),
  );
}
