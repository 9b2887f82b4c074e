import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, writeFileAtomic } from '@codex-orch/core';
import { z } from 'zod';

const syncRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  runId: z.string(),
  key: z.string(),
  sink: z.string(),
  /** `failed` waits for a person; `pending` was cut off. */
  state: z.enum(['pending', 'done', 'failed']),
  /** Of the last call. */
  tries: z.number().int().nonnegative(),
  /** What is sent, so that each try sends the same bytes. */
  body: z.string(),
  /** What the sink said, or what went wrong. */
  said: z.string().nullable(),
  at: z.iso.datetime(),
});

/** How far the summary of a run has come. */
export type SyncRecord = Readonly<z.infer<typeof syncRecordSchema>>;

/** What is known of summaries that were sent: one file for each run, in a folder of the user's own. */
export class SyncRecords {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  #file(runId: string): string {
    if (!/^[0-9A-Z]{26}$/.test(runId)) throw new TypeError(`not the id of a run: ${JSON.stringify(runId)}`);
    return path.join(this.#dir, `${runId}.json`);
  }

  /** Undefined when nothing was sent yet; a record that cannot be read counts as none, as sending again is harmless. */
  async load(runId: string): Promise<SyncRecord | undefined> {
    try {
      return syncRecordSchema.parse(JSON.parse(await readFile(this.#file(runId), 'utf8')));
    } catch {
      return undefined;
    }
  }

  /** Throws `NotWritableError` and `DiskFullError`. */
  async save(record: SyncRecord): Promise<void> {
    await makeFolder(this.#dir, { mode: 0o700 });
    await writeFileAtomic(this.#file(record.runId), `${JSON.stringify(record)}\n`, { mode: 0o600 });
  }
}
