import { OrchError } from '@codex-orch/core';
import { z } from 'zod';
import type { MessageChannel } from './message-channel.js';

/** The app-server answered a request with an error. */
export class AppServerRequestError extends OrchError {
  readonly code = 'app-server-request-failed';

  readonly method: string;
  readonly rpcCode: number;

  constructor(method: string, rpcCode: number, reason: string) {
    super(`Codex app-server refused ${method}: ${reason}`);
    this.method = method;
    this.rpcCode = rpcCode;
  }
}

/** The connection to the app-server ended before it answered. */
export class AppServerGoneError extends OrchError {
  readonly code = 'app-server-gone';

  constructor(method: string) {
    super(`Codex app-server went away before it answered ${method}.`, {
      hint: 'Open the session again: a new app-server is started.',
    });
  }
}

/** Refuses a server's request; the server gets this code and message. */
export class RequestRefusal extends Error {
  readonly rpcCode: number;

  constructor(rpcCode: number, message: string) {
    super(message);
    this.rpcCode = rpcCode;
  }
}

const idSchema = z.union([z.number(), z.string()]);
const errorSchema = z.object({ code: z.number(), message: z.string() });
// Codex leaves out JSON-RPC's `jsonrpc` field, and so do we.
const messageSchema = z.union([
  z
    .object({ id: idSchema, method: z.string(), params: z.unknown() })
    .transform((message) => ({ kind: 'request' as const, ...message })),
  z
    .object({ method: z.string(), params: z.unknown() })
    .transform((message) => ({ kind: 'notification' as const, ...message })),
  z.object({ id: idSchema, error: errorSchema }).transform((message) => ({ kind: 'error' as const, ...message })),
  z.object({ id: idSchema, result: z.unknown() }).transform((message) => ({ kind: 'result' as const, ...message })),
]);

type RequestId = z.infer<typeof idSchema>;

/** What a peer hands on. */
export interface PeerHandlers {
  notification(method: string, params: unknown): void;
  /** Resolves with the result; a {@link RequestRefusal} becomes its error, anything else an internal error. */
  request(method: string, params: unknown): Promise<unknown>;
  closed(): void;
}

interface PendingRequest {
  readonly method: string;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Both directions of app-server's JSON-RPC over one channel. */
export class JsonRpcPeer {
  readonly #channel: MessageChannel;
  readonly #handlers: PeerHandlers;
  readonly #pending = new Map<RequestId, PendingRequest>();
  #nextId = 0;
  #closed = false;

  constructor(channel: MessageChannel, handlers: PeerHandlers) {
    this.#channel = channel;
    this.#handlers = handlers;
    channel.listen(
      (text) => {
        this.#receive(text);
      },
      () => {
        this.#end();
      },
    );
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends a request. `accept` runs on the result before any later message is handled, so that nothing which follows the
   * answer is missed.
   *
   * Throws {@link AppServerRequestError} and {@link AppServerGoneError}, and what `accept` throws.
   */
  request<T>(method: string, params: unknown, accept: (result: unknown) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new AppServerGoneError(method));
        return;
      }
      const id = this.#nextId++;
      this.#pending.set(id, {
        method,
        resolve: (result) => {
          try {
            resolve(accept(result));
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
        reject,
      });
      this.#channel.send(JSON.stringify({ id, method, params }));
    });
  }

  notify(method: string, params?: unknown): void {
    if (!this.#closed) this.#channel.send(JSON.stringify({ method, params }));
  }

  #receive(text: string): void {
    const parsed = messageSchema.safeParse(parseJson(text));
    // A line that is no message (a log line on the wrong stream) concerns nobody.
    if (!parsed.success) return;
    const message = parsed.data;
    if (message.kind === 'notification') {
      this.#handlers.notification(message.method, message.params);
    } else if (message.kind === 'request') {
      void this.#serve(message.id, message.method, message.params);
    } else {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.kind === 'result') pending?.resolve(message.result);
      else pending?.reject(new AppServerRequestError(pending.method, message.error.code, message.error.message));
    }
  }

  async #serve(id: RequestId, method: string, params: unknown): Promise<void> {
    let reply: object;
    try {
      reply = { id, result: await this.#handlers.request(method, params) };
    } catch (error) {
      const code = error instanceof RequestRefusal ? error.rpcCode : -32603;
      reply = { id, error: { code, message: error instanceof Error ? error.message : String(error) } };
    }
    if (!this.#closed) this.#channel.send(JSON.stringify(reply));
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const pending of this.#pending.values()) pending.reject(new AppServerGoneError(pending.method));
    this.#pending.clear();
    this.#handlers.closed();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
