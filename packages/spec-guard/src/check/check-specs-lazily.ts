import type { Report } from '../report/finding.js';
import type { CheckInput } from './check-input.js';
import { checkWith } from './check-with.js';
import { lazily } from './lazy-readers.js';

/** The report that `checkSpecs` makes, for programs that are to start fast: it loads parsers and schemas only for what needs them. */
export const checkSpecsLazily = (input: CheckInput): Promise<Report> => lazily((readers) => checkWith(input, readers));
