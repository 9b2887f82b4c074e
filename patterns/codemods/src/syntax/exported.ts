/** Reads the option `exported`: whether what leaves the file is trusted to be used as the file itself would. */
export function trustExports(value: unknown): 'decline' | 'trust' {
  if (value === undefined || value === 'decline') return 'decline';
  if (value === 'trust') return 'trust';
  throw new TypeError('must be "decline" or "trust"');
}
