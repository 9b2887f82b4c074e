import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ZodError } from 'zod';
import type { RecordedEntry } from '../cassette/recording.js';
import { normalize } from '../fingerprint/normalize.js';
import { hideCwd } from '../fingerprint/scrub.js';
import { mapStrings } from '../redaction/map-strings.js';
import { redactor } from '../redaction/redact.js';
import { type ModelRequest, parseModelRequest } from '../request/model-request.js';
import { cwdOf } from '../request/transcript.js';
import { sendJson } from '../response/send.js';
import { decodeBody } from '../server/read-body.js';
import type { CassetteWriter } from './cassette-writer.js';
import { ResponseObserver } from './observe-response.js';
import { endpoint, forwardedHeaders, secretsIn } from './upstream.js';

/** How an exchange with the provider went. */
export interface Recorded {
  readonly status: number;
  /** The number of the entry; absent when nothing was recorded. */
  readonly entry?: number | undefined;
}

const headersFor = (upstream: Response): Record<string, string> => {
  const kept = ['content-type', 'retry-after', 'x-request-id', 'cache-control'];
  return Object.fromEntries(
    kept
      .flatMap((name) => [[name, upstream.headers.get(name)] as const])
      .filter((pair): pair is readonly [string, string] => pair[1] !== null),
  );
};

/** Passes requests on to a provider and writes what came back. */
export class Recorder {
  readonly #upstream: URL;
  readonly #writer: CassetteWriter;
  readonly #secrets: readonly string[];

  constructor(upstream: URL, writer: CassetteWriter, secrets: readonly string[]) {
    this.#upstream = upstream;
    this.#writer = writer;
    this.#secrets = secrets;
  }

  /** Passes on a request for something that is not recorded. */
  async pass(req: IncomingMessage, res: ServerResponse, name: string, gone: AbortSignal): Promise<void> {
    const search = new URL(req.url ?? '', 'http://localhost').search;
    const answer = await this.#ask(endpoint(this.#upstream, name, search), req, undefined, res, gone);
    if (answer === undefined) return;
    res.writeHead(answer.status, headersFor(answer));
    res.end(Buffer.from(await answer.arrayBuffer()));
  }

  /** Passes on a request for a response, and records the exchange as entry `n` once it is complete. */
  async record(
    n: number,
    req: IncomingMessage,
    body: Buffer,
    res: ServerResponse,
    gone: AbortSignal,
  ): Promise<Recorded> {
    const request = parseModelRequest(await decodeBody(body, req.headers['content-encoding']));
    const answer = await this.#ask(endpoint(this.#upstream, 'responses'), req, body, res, gone);
    if (answer === undefined) return { status: 502 };
    const observer = new ResponseObserver(answer.status, answer.headers.get('content-type') ?? '');
    res.writeHead(answer.status, headersFor(answer));
    let broken = false;
    try {
      for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
        observer.push(chunk);
        if (!res.write(chunk)) await once(res, 'drain', { signal: gone });
      }
    } catch {
      broken = true;
    }
    // A client that left early has not seen the answer, and what it would have been is unknown.
    if (gone.aborted) return { status: answer.status };
    try {
      // Written before the client hears the end, so that what it saw complete is in the cassette.
      await this.#writer.append(this.#entry(n, request, observer, [...this.#secrets, ...secretsIn(req.headers)]));
    } catch (error) {
      if (!(error instanceof ZodError)) throw error;
      res.destroy();
      return { status: answer.status };
    }
    if (broken) res.destroy();
    else res.end();
    return { status: answer.status, entry: n };
  }

  #entry(n: number, request: ModelRequest, observer: ResponseObserver, secrets: readonly string[]): RecordedEntry {
    const redact = redactor(secrets);
    const cwd = cwdOf(request);
    const response = mapStrings(observer.result(), (text) => hideCwd(redact(text), cwd));
    // Redacted first: scrubbing could take a secret apart, and leave what no longer looks like one.
    return {
      entry: n,
      request: normalize({
        ...request,
        instructions: redact(request.instructions),
        items: mapStrings(request.items, redact),
      }),
      response,
    };
  }

  async #ask(
    url: URL,
    req: IncomingMessage,
    body: Buffer | undefined,
    res: ServerResponse,
    signal: AbortSignal,
  ): Promise<Response | undefined> {
    try {
      // A redirect would carry the credentials to another host.
      return await fetch(url, {
        method: req.method ?? 'GET',
        headers: forwardedHeaders(req.headers),
        body: body ?? null,
        redirect: 'manual',
        signal,
      });
    } catch (error) {
      if (signal.aborted) return undefined;
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      sendJson(res, 502, {
        error: {
          message: `Cannot reach the upstream ${this.#upstream.origin}: ${cause}.`,
          type: 'replay_upstream',
          param: null,
          code: 'replay_upstream',
        },
      });
      return undefined;
    }
  }
}
