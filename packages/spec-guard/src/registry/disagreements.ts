import type { MiniSpec } from '../spec/mini-spec.js';
import type { SpecEntry } from './registry.js';

/** The fields that an entry repeats of its file. A review date is not among them: only a review writes it. */
export const mirroredFields = ['id', 'title', 'relates_to', 'covers', 'status', 'owners', 'risk'] as const;

/** About which fields an entry says something else than its file. An optional field that the entry leaves out says nothing. */
export function disagreements(spec: MiniSpec, entry: SpecEntry, sha256: string): readonly string[] {
  const optional: ReadonlySet<string> = new Set(['title', 'risk']);
  const fields: string[] = mirroredFields.filter(
    (field) =>
      !(optional.has(field) && entry[field] === undefined) &&
      JSON.stringify(entry[field]) !== JSON.stringify(spec[field]),
  );
  if (entry.sha256 !== undefined && entry.sha256 !== sha256) fields.push('sha256');
  if (entry.last_review !== undefined && entry.last_review !== spec.last_review) fields.push('last_review');
  return fields;
}
