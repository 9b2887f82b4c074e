import type { Problem } from '../check/position.js';
import { checkFields } from './check-fields.js';
import { findFrontMatter } from './front-matter-block.js';
import type { FieldPositions, MiniSpec } from './mini-spec.js';
import { readPlain } from './read-plain.js';
import type { ReadFields } from './read-yaml.js';

/** What became of reading a spec. */
export interface ParsedSpec {
  /** Undefined when anything is wrong with the front matter. */
  readonly spec: MiniSpec | undefined;
  /** What could be understood, also of a front matter that is wrong. */
  readonly fields: Partial<MiniSpec>;
  /** Where the value of each field stands. */
  readonly positions: FieldPositions;
  readonly problems: readonly Problem[];
}

export type ReadYaml = (text: string, firstLine: number) => ReadFields;

/** Reads the front matter of a spec, and nothing below it; what is not plain `readYaml` reads. */
export function readSpec(text: string, readYaml: ReadYaml): ParsedSpec {
  const block = findFrontMatter(text);
  if ('message' in block) return { spec: undefined, fields: {}, positions: {}, problems: [block] };
  const firstLine = 2;
  const plain = readPlain(block.text, firstLine);
  const { fields: raw, problems: broken } = plain ? { fields: plain, problems: [] } : readYaml(block.text, firstLine);
  const { fields, positions, problems: wrong } = checkFields(raw, { line: 1, column: 1 });
  // Of a text that is no proper YAML, what seems to be missing may only be hidden by the fault.
  const problems = broken.length > 0 ? broken : wrong;
  const ordered = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  return { spec: ordered.length > 0 ? undefined : complete(fields), fields, positions, problems: ordered };
}

const complete = (fields: Partial<MiniSpec>): MiniSpec => ({ last_review: undefined, ...fields }) as MiniSpec;
