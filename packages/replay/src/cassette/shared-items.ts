import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type RecordedEntry, recordedEntrySchema, type RecordedItem, recordedRequestSchema } from './recording.js';

/**
 * An entry as it stands in the file. A transcript only grows, so a request
 * says after which entry's items its own go on; written out in full, a
 * recording would grow with the square of its length.
 */
export const storedEntrySchema = recordedEntrySchema.extend({
  request: recordedRequestSchema.extend({ after: z.number().int().positive().optional() }),
});

export type StoredEntry = z.infer<typeof storedEntrySchema>;

/** The digest of each beginning of a transcript, from the empty one on. */
function digestsOf(items: readonly RecordedItem[]): string[] {
  const digests = [''];
  for (const item of items)
    digests.push(
      createHash('sha256')
        .update(digests.at(-1) ?? '')
        .update(JSON.stringify(item))
        .digest('base64'),
    );
  return digests;
}

/** Shortens entries for the file, given those that were written before. */
export class ItemSharing {
  readonly #entryByDigest = new Map<string, number>();

  shorten(entry: RecordedEntry): StoredEntry {
    const digests = digestsOf(entry.request.items);
    const shared = digests.findLastIndex((digest, length) => length > 0 && this.#entryByDigest.has(digest));
    const after = shared === -1 ? undefined : this.#entryByDigest.get(digests[shared] ?? '');
    const whole = digests.at(-1) ?? '';
    if (!this.#entryByDigest.has(whole)) this.#entryByDigest.set(whole, entry.entry);
    if (after === undefined) return entry;
    return { ...entry, request: { ...entry.request, after, items: entry.request.items.slice(shared) } };
  }
}

/** Restores a shortened entry; undefined when the entry it goes on from is not there. */
export function lengthen(stored: StoredEntry, earlier: ReadonlyMap<number, RecordedEntry>): RecordedEntry | undefined {
  const { after, ...request } = stored.request;
  if (after === undefined) return { ...stored, request };
  const before = earlier.get(after);
  return before && { ...stored, request: { ...request, items: [...before.request.items, ...request.items] } };
}
