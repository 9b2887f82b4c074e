import type { SourceFile } from '../check/check-input.js';
import { type ParsedFile, readJsonFile } from '../check/json-file.js';
import { isObject, list, shape, text } from '../check/plain-json.js';
import type { Judge } from '../check/readers.js';
import type { Baseline } from './baseline-schema.js';

const empty: Baseline = { schemaVersion: 1, findings: [] };

const isBaseline = shape(
  {
    $schema: (value) => value === undefined || typeof value === 'string',
    schemaVersion: (value) => value === 1,
    findings: list(
      shape({ fingerprint: text(/^[0-9a-f]{32}$/), code: text(/^SG\d{3}$/), path: text(), message: text() }, true),
    ),
  },
  true,
);

const plainBaseline = (json: unknown): Baseline | undefined =>
  isObject(json) && isBaseline(json) ? (json as unknown as Baseline) : undefined;

/** Reads a baseline; without a file there is no debt. */
export const readBaseline = (file: SourceFile | undefined, judge: Judge<Baseline>): ParsedFile<Baseline> =>
  file ? readJsonFile(file, plainBaseline, judge) : { value: empty, problems: [] };
