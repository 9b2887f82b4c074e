/** Where the guard's own files are, relative to the repository's root. */
export const guardPaths = {
  index: 'tasks/index.json',
  specs: 'tasks/specs/',
  policy: 'tasks/guard.json',
  allowedSigners: 'tasks/allowed_signers',
  baseline: 'tasks/guard-baseline.json',
  overrides: 'tasks/guard-overrides.jsonl',
} as const;
