import type { IncomingMessage, ServerResponse } from 'node:http';
import { ZodError } from 'zod';
import { sendJson } from '../response/send.js';
import { type Backend, invalidRequest, type Outcome } from './backend.js';
import { listen } from './http-server.js';
import { openBackend } from './open-backend.js';
import type { ReplayOptions } from './options.js';
import { UnreadableBody } from './read-body.js';
import type { ReplayExchange, ReplayReport } from './report.js';

/** A running stand-in for the OpenAI Responses API. */
export interface ReplayServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/v1`: the base URL for any client of the Responses API. */
  readonly baseUrl: string;
  /** What was asked so far, and how it was answered. */
  report(): ReplayReport;
  /** Cuts what is under way and stops listening; a recording is complete on the disk afterwards. */
  close(): Promise<void>;
}

async function respond(
  backend: Backend,
  n: number,
  req: IncomingMessage,
  res: ServerResponse,
  gone: AbortSignal,
): Promise<Outcome> {
  const refuse = (status: number, message: string): Outcome => {
    sendJson(res, status, invalidRequest(message));
    return { match: 'miss', status };
  };
  try {
    return await backend.respond(n, req, res, gone);
  } catch (error) {
    if (error instanceof UnreadableBody) return refuse(error.status, `Cannot read the request: ${error.message}.`);
    if (error instanceof ZodError)
      return refuse(
        400,
        `Not a Responses request: ${error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}.`,
      );
    throw error;
  }
}

/**
 * Starts a stand-in for the OpenAI Responses API on 127.0.0.1.
 *
 * It serves `POST /v1/responses`, as server-sent events or JSON, and `GET /v1/models`.
 * Throws a `CassetteError` for a bad script or cassette, `UpstreamUrlError` for a bad upstream,
 * and `ReplayListenError` when the port cannot be had.
 */
export async function startReplay(options: ReplayOptions): Promise<ReplayServer> {
  options.signal?.throwIfAborted();
  const backend = await openBackend(options);
  const exchanges: ReplayExchange[] = [];
  let arrived = 0;

  const handle = async (req: IncomingMessage, res: ServerResponse, gone: AbortSignal): Promise<void> => {
    const path = (req.url ?? '').split('?')[0] ?? '';
    const method = req.method ?? '';
    if (req.headers.upgrade !== undefined) {
      sendJson(res, 426, invalidRequest('No WebSocket here; use plain HTTP.'));
    } else if (method === 'GET' && path === '/v1/models') {
      await backend.listModels(req, res, gone);
    } else if (method === 'POST' && path === '/v1/responses') {
      arrived += 1;
      const n = arrived;
      const exchange = { n, ...(await respond(backend, n, req, res, gone)) };
      exchanges.push(exchange);
      options.onExchange?.(exchange);
    } else {
      sendJson(
        res,
        404,
        invalidRequest(`Nothing at ${method} ${path}; this stand-in serves POST /v1/responses and GET /v1/models.`),
      );
    }
  };

  const server = await listen(options.port ?? 0, handle).catch(async (error: unknown) => {
    await backend[Symbol.asyncDispose]();
    throw error;
  });

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    options.signal?.removeEventListener('abort', onAbort);
    closing ??= server.close().then(() => backend[Symbol.asyncDispose]());
    return closing;
  };
  const onAbort = () => void close();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  return {
    baseUrl: `http://127.0.0.1:${server.port}/v1`,
    report: () => ({
      mode: backend.mode,
      exchanges: exchanges.toSorted((a, b) => a.n - b.n),
      misses: exchanges.filter(({ match }) => match === 'miss').length,
      loose: exchanges.filter(({ match }) => match === 'loose').length,
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
