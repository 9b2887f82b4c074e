import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseModelRequest } from '../request/model-request.js';
import { sendJson, sendReply } from '../response/send.js';
import type { Backend, Outcome } from './backend.js';
import type { Player } from './player.js';
import { decodeBody, readBody } from './read-body.js';

/** Answers from a script or a recording. */
export class PlayerBackend implements Backend {
  readonly #player: Player;

  constructor(player: Player) {
    this.#player = player;
  }

  get mode(): Player['mode'] {
    return this.#player.mode;
  }

  async respond(_n: number, req: IncomingMessage, res: ServerResponse, gone: AbortSignal): Promise<Outcome> {
    const request = parseModelRequest(await decodeBody(await readBody(req), req.headers['content-encoding']));
    // The OpenAI clients count their retries here; Codex has no such header.
    const isRetry = Number(req.headers['x-stainless-retry-count'] ?? 0) > 0;
    const { match, scene, entry, reply } = this.#player.play(request, isRetry);
    const status = await sendReply(res, reply, request.stream, gone);
    return { match, ...(scene === undefined ? {} : { scene }), ...(entry === undefined ? {} : { entry }), status };
  }

  listModels(_req: IncomingMessage, res: ServerResponse): Promise<void> {
    sendJson(res, 200, { object: 'list', data: [{ id: 'gpt-5.5', object: 'model', created: 0, owned_by: 'replay' }] });
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
