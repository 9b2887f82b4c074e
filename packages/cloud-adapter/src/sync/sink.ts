import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, OrchError, type Secret, writeFileAtomic } from '@codex-orch/core';
import { SinkFailedError } from './errors.js';

/** A summary on its way. */
export interface Delivery {
  readonly key: string;
  /** The summary as JSON: the same bytes at each try. */
  readonly body: string;
  readonly signal?: AbortSignal | undefined;
}

/** Takes summaries. Delivering one again is harmless: its key names it. */
export interface SummarySink {
  /** Fit for people and logs; no secret is in it. */
  readonly name: string;
  /** Resolves with what the sink said, in a few words. Throws {@link SinkFailedError}. */
  deliver(delivery: Delivery): Promise<string>;
}

export interface HttpSinkOptions {
  /** An https address, or one on this machine. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: Secret | undefined;
  /** Longest time that one try may take, in milliseconds; 15 000 by default. */
  readonly timeoutMs?: number | undefined;
}

const maxRetryAfterMs = 60_000;

/**
 * Posts summaries as JSON, with the header `Idempotency-Key`. Redirects are not followed: a token must not end up elsewhere.
 *
 * The endpoint answers with any 2xx once it has the summary, also when it had it before.
 */
export function httpSink({ url, token, timeoutMs = 15_000 }: HttpSinkOptions): SummarySink {
  const name = `POST ${url}`;
  return {
    name,
    deliver: async ({ key, body, signal }) => {
      const limit = AbortSignal.timeout(timeoutMs);
      let response: Response;
      try {
        response = await fetch(url, {
          method: 'POST',
          redirect: 'manual',
          headers: {
            'content-type': 'application/json',
            'idempotency-key': key,
            ...(token ? { authorization: `Bearer ${token.reveal()}` } : {}),
          },
          body,
          signal: signal ? AbortSignal.any([signal, limit]) : limit,
        });
        // What it says is not kept: it may be anything.
        await response.body?.cancel();
      } catch (cause) {
        signal?.throwIfAborted();
        const reason = limit.aborted ? `no answer within ${timeoutMs} ms` : 'it cannot be reached';
        throw new SinkFailedError(name, reason, { isPassing: true, cause });
      }
      const { status } = response;
      if (status >= 200 && status < 300) return `HTTP ${status}`;
      const isPassing = status === 408 || status === 429 || status >= 500;
      const retryAfterMs = isPassing ? retryAfter(response.headers.get('retry-after')) : undefined;
      throw new SinkFailedError(name, `HTTP ${status}`, { isPassing, retryAfterMs });
    },
  };
}

/** Seconds, as RFC 9110 has them; a date is not understood and counts as nothing. */
function retryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,9}$/.test(header) ? Math.min(Number(header) * 1000, maxRetryAfterMs) : undefined;
}

/** Writes each summary into a folder, as `KEY.json`. */
export function folderSink(folder: string): SummarySink {
  const name = `folder ${folder}`;
  return {
    name,
    deliver: async ({ key, body }) => {
      const file = path.join(folder, `${key}.json`);
      try {
        if ((await readFile(file, 'utf8').catch(() => '')) === body) return 'it was there already';
        await makeFolder(folder, { mode: 0o700 });
        await writeFileAtomic(file, body, { mode: 0o600 });
      } catch (cause) {
        if (!(cause instanceof OrchError)) throw cause;
        throw new SinkFailedError(name, cause.message.replace(/\.$/, ''), { isPassing: true, cause });
      }
      return `written to ${file}`;
    },
  };
}
