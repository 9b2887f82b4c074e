import type { SourceFile } from '../check/check-input.js';
import { globProblem } from '../covers/glob.js';
import { findFrontMatter } from './front-matter-block.js';
import { type SpecStatus, specStatuses } from './mini-spec.js';
import type { RawField } from './raw-field.js';
import { readPlain } from './read-plain.js';
import { isSpecId } from './check-fields.js';

/** What says whether a spec has to do with a change. */
export interface SpecPeek {
  readonly id: string | undefined;
  readonly status: SpecStatus | undefined;
  readonly covers: readonly string[];
}

const peeks = new WeakMap<SourceFile, SpecPeek | typeof unclear>();
const unclear = Symbol('unclear');

/** What {@link peekSpec} says of a file. It is worked out once: who reads many files does it while git looks for the next one. */
export function peekAt(file: SourceFile): SpecPeek | undefined {
  let peek = peeks.get(file);
  if (peek === undefined) {
    peek = (file.irregular ? undefined : peekSpec(file.text)) ?? unclear;
    peeks.set(file, peek);
  }
  return peek === unclear ? undefined : peek;
}

/** Reads only that, and only of front matter that is plain and right in these fields; undefined for any other. */
function peekSpec(text: string): SpecPeek | undefined {
  const block = findFrontMatter(text);
  const raw = 'message' in block ? undefined : readPlain(block.text, 2);
  if (!raw) return undefined;
  const of = (name: string): RawField['value'] | undefined => raw.find((field) => field.name === name)?.value;
  const [id, status, covers] = [of('id'), of('status'), of('covers')];
  if (id?.kind !== 'text' || status?.kind !== 'text' || covers?.kind !== 'list') return undefined;
  const known = specStatuses.find((one) => one === status.value);
  const globs = covers.items.map(({ value }) => value);
  if (!known || !isSpecId(id.value) || globs.some((glob) => globProblem(glob) !== undefined)) return undefined;
  return { id: id.value, status: known, covers: globs };
}
