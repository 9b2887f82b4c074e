import type { SourceFile } from '../check/check-input.js';
import { type ParsedFile, readJsonFile } from '../check/json-file.js';
import type { Judge } from '../check/readers.js';
import { defaultPolicy, plainPolicy } from './plain-policy.js';
import type { Policy } from './policy.js';

/** Reads the policy; without a file, the quiet default holds. */
export const readPolicy = (file: SourceFile | undefined, judge: Judge<Policy>): ParsedFile<Policy> =>
  file ? readJsonFile(file, plainPolicy, judge) : { value: defaultPolicy, problems: [] };
