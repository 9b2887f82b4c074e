const MiB = 1024 * 1024;

/** How much of a file is read, in bytes; what is larger is told apart, not read. */
export const limits = {
  spec: MiB,
  /** All specs together: the largest share of what a check holds in memory. */
  allSpecs: 128 * MiB,
  /** Of each changed file, to find marks in its first lines. */
  marks: 4096,
  /** Of a file that is not tracked, to count its lines. */
  counted: 4 * MiB,
  manifest: 4 * MiB,
  index: 32 * MiB,
  policy: MiB,
  allowedSigners: 4 * MiB,
  baseline: 16 * MiB,
  overrides: 16 * MiB,
} as const;
