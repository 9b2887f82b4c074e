/** What no part of a branch's name holds: control characters, blanks, and what has a meaning in revisions and patterns. */
const forbidden = /[\p{Cc} ~^:?*[\\]|\.\.|@\{/u;

/** Whether git takes this as the name of a branch; see `git check-ref-format --branch`. */
export const isBranchName = (name: string): boolean =>
  name !== '@' &&
  !name.startsWith('-') &&
  !name.endsWith('.') &&
  !forbidden.test(name) &&
  name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
