import type { SourceFile } from '../check/check-input.js';
import type { ParsedFile } from '../check/json-file.js';
import { schemaReaders } from '../check/schema-readers.js';
import type { Baseline } from './baseline-schema.js';
import { readBaseline } from './read-baseline.js';

/** Reads a baseline; without a file there is no debt. Never throws. */
export const parseBaseline = (file: SourceFile | undefined): ParsedFile<Baseline> =>
  readBaseline(file, schemaReaders.baseline);
