import type { Report } from '../report/finding.js';
import { allReaders } from './all-readers.js';
import type { CheckInput } from './check-input.js';
import { checkWith } from './check-with.js';

/**
 * Checks a change, or a whole repository, against its specs.
 *
 * Pure: the same input gives the same report. It reads no clock and no environment, and never throws for what is in the input.
 */
export const checkSpecs = (input: CheckInput): Report => checkWith(input, allReaders);
