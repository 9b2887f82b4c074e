import type { SourceFile } from '../check/check-input.js';
import type { ParsedFile } from '../check/json-file.js';
import { schemaReaders } from '../check/schema-readers.js';
import type { Policy } from './policy.js';
import { readPolicy } from './read-policy.js';

/** Reads the policy; without a file, the quiet default holds. Never throws. */
export const parsePolicy = (file: SourceFile | undefined): ParsedFile<Policy> => readPolicy(file, schemaReaders.policy);
