import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AuditEntry, Manifest } from '@codex-orch/core';
import { type Backoff, nextWait } from '../task/backoff.js';
import { SinkFailedError } from './errors.js';
import type { SummarySink } from './sink.js';
import { summarize } from './summary.js';
import type { SyncRecord, SyncRecords } from './sync-record.js';

/** How often one call tries. */
const maxTries = 3;

const syncBackoff: Backoff = { baseMs: 1_000, capMs: 10_000 };

export interface SyncOptions {
  readonly sink: SummarySink;
  readonly records: SyncRecords;
  /** Puts what was sent on record, before and after. */
  readonly audit: (entry: Omit<AuditEntry, 'repository'>) => Promise<void>;
  /** Takes secrets out of what is sent. */
  readonly redact: <T>(data: T) => T;
  readonly backoff?: Backoff | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly random?: (() => number) | undefined;
}

/**
 * Sends the summary of a run that ended, unless this sink has it: at most three tries, with a growing pause between them. How it went
 * is in the record that is returned and kept; a `failed` one is for a person to see.
 *
 * Throws `AuditUnavailableError`, then nothing was sent; what keeping records throws; and the signal's reason.
 */
export async function syncRun(manifest: Manifest, options: SyncOptions): Promise<SyncRecord> {
  const { sink, records, audit, redact } = options;
  const known = await records.load(manifest.runId);
  if (known?.state === 'done' && known.sink === sink.name) return known;
  const summary = redact(summarize(manifest));
  const body = known?.body ?? `${JSON.stringify(summary)}\n`;
  const { key } = summary;
  const sha256 = createHash('sha256').update(body).digest('hex');
  const entry = { action: 'cloud-sync', runId: manifest.runId, subject: { kind: 'summary', id: key, sha256 } } as const;
  const save = async (part: Pick<SyncRecord, 'state' | 'tries' | 'said'>): Promise<SyncRecord> => {
    const at = new Date().toISOString();
    const record = { schemaVersion: 1, runId: manifest.runId, key, sink: sink.name, body, at, ...part } as const;
    await records.save(record);
    return record;
  };

  await audit({ ...entry, outcome: 'begun', detail: sink.name });
  await save({ state: 'pending', tries: 0, said: null });
  const { said, tries, isDone } = await deliver({ key, body }, options);
  const record = await save({ state: isDone ? 'done' : 'failed', tries, said });
  const detail = `${sink.name}: ${said} (try ${tries} of ${maxTries})`;
  await audit({ ...entry, outcome: isDone ? 'done' : 'failed', detail });
  return record;
}

async function deliver(
  summary: { readonly key: string; readonly body: string },
  { sink, backoff = syncBackoff, signal, random = Math.random }: SyncOptions,
): Promise<{ readonly said: string; readonly tries: number; readonly isDone: boolean }> {
  for (let tries = 1; ; tries += 1) {
    try {
      return { said: await sink.deliver({ ...summary, signal }), tries, isDone: true };
    } catch (error) {
      if (!(error instanceof SinkFailedError)) throw error;
      if (!error.isPassing || tries === maxTries) return { said: error.message, tries, isDone: false };
      await delay(nextWait(backoff, tries - 1, random(), error.retryAfterMs), undefined, { signal });
    }
  }
}
