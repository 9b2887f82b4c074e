import type { Position, Problem } from '../check/position.js';
import { globProblem } from '../covers/glob.js';
import { FieldJudge } from './field-judge.js';
import { type FieldPositions, isUnborn, type MiniSpec, specRisks, specStatuses } from './mini-spec.js';
import type { RawField } from './raw-field.js';

export const isSpecId = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);

/** Whether a text is a day that the calendar has, as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  // Every month has these days.
  if (/-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/.test(text)) return true;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

export interface CheckedFields {
  /** What could be understood, field by field. */
  readonly fields: Partial<MiniSpec>;
  readonly positions: FieldPositions;
  readonly problems: readonly Problem[];
}

const anything = (): undefined => undefined;

/** Judges the fields of a front matter that starts at a place. */
export function checkFields(raw: readonly RawField[], start: Position): CheckedFields {
  const judge = new FieldJudge(raw, start);
  const id = judge.text('id', (text) => (isSpecId(text) ? undefined : 'no id: letters, digits, ".", "_" and "-"'));
  const title = judge.text('title', anything);
  const status = judge.choice('status', specStatuses);
  const relatesTo = judge.list('relates_to', (item) => (isSpecId(item) ? undefined : 'it is no id'), false);
  const owners = judge.list('owners', (item) => (item.trim() === '' ? 'it is empty' : undefined));
  const covers = judge.list('covers', globProblem);
  const lastReview = judge.text(
    'last_review',
    (text) => (isDay(text) ? undefined : 'no date of the form YYYY-MM-DD'),
    status !== undefined && !isUnborn(status),
  );
  const risk = judge.has('risk') ? judge.choice('risk', specRisks) : 'medium';
  if (owners?.length === 0) judge.refuse(judge.positions.owners ?? start, '"owners" is empty; name at least one');
  const fields: Partial<MiniSpec> = {
    ...(id !== undefined && { id }),
    ...(title !== undefined && { title }),
    ...(status && { status }),
    relates_to: relatesTo ?? [],
    ...(owners && { owners }),
    ...(covers && { covers }),
    ...(lastReview !== undefined && { last_review: lastReview }),
    ...(risk && { risk }),
  };
  return { fields, positions: judge.positions, problems: judge.problems };
}
