import { z } from 'zod';
import type { RecordedEntry } from './recording.js';
import type { Scene } from './scene.js';

/** The first line of a cassette. Keys beside these are kept and not read. */
export const headerSchema = z.looseObject({
  cassette: z.number().int(),
  kind: z.enum(['script', 'recording']),
});

/** What a cassette's author wants to say about it, e.g. a title. */
export type CassetteMeta = Readonly<Record<string, unknown>>;

/** The content of a cassette file. */
export type Cassette =
  | { readonly kind: 'script'; readonly meta: CassetteMeta; readonly scenes: readonly Scene[] }
  | { readonly kind: 'recording'; readonly meta: CassetteMeta; readonly entries: readonly RecordedEntry[] };

/** The version of the format that this package reads and writes. */
export const cassetteVersion = 1;
