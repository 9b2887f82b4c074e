import { configureGlobal } from 'fast-check';

/** How many values each property is tried with that does not say itself, in `npm run torture`. */
const runs = process.env['CODEX_ORCH_PROPERTY_RUNS'];

// The gate judges every change by the same values, so that none fails for what it did not touch. Anywhere else they are new each time,
// and what fails prints the seed that repeats it.
configureGlobal({
  ...(process.env['CI'] && runs === undefined ? { seed: 20_261_123 } : {}),
  ...(runs === undefined ? {} : { numRuns: Number(runs) }),
});
