import type { Approval } from '@codex-orch/core';
import { guardPaths } from '../check/guard-paths.js';
import { contentSha256 } from '../spec/content.js';
import { editSpec } from '../spec/edit-spec.js';
import { editRegistry } from './edit-registry.js';
import type { Review } from './registry.js';
import { entryChanges, findSpec, type SpecText, usableSpec } from './spec-entry.js';

export interface Reviewing {
  readonly by: Approval['by'];
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Where it was said, e.g. `cli`. */
  readonly channel: string;
  readonly note?: string | undefined;
}

/** The record of a review of a spec as it is, for somebody to sign with `reviewText`. Throws `SpecUnusableError`. */
export function newReview(file: SpecText, { by, at, channel, note }: Reviewing): Review {
  usableSpec(file);
  const moment = new Date(at).toISOString();
  return {
    by,
    at: moment,
    last_review: moment.slice(0, 10),
    sha256: contentSha256(file.text),
    channel,
    ...(note === undefined ? {} : { note }),
  };
}

/** Both files of a spec after something was decided about it. */
export interface ChangedSpec {
  readonly spec: string;
  readonly registry: string;
}

/**
 * Writes a review down: its date into the spec and its entry, the record into the entry.
 *
 * Throws `SpecUnusableError`, `SpecNotEditableError`, `EntryUnknownError` and `RegistryBrokenError`.
 */
export function reviewSpec(registryText: string, file: SpecText, review: Review): ChangedSpec {
  const spec = editSpec(file.path, file.text, { field: 'last_review', value: review.last_review });
  const changed = { path: file.path, text: spec };
  const registry = editRegistry(guardPaths.index, registryText, (before) => {
    const entry = findSpec(before, file.path);
    const index = before.specs.indexOf(entry);
    return [
      ...entryChanges(before, changed, usableSpec(changed)),
      { path: ['specs', index, 'last_review'], value: review.last_review },
      { path: ['specs', index, 'reviews'], value: [...entry.reviews, review] },
    ];
  });
  return { spec, registry };
}
