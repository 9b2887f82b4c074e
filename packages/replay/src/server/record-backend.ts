import type { IncomingMessage, ServerResponse } from 'node:http';
import { CassetteWriter } from '../record/cassette-writer.js';
import { Recorder } from '../record/recorder.js';
import { endpoint, parseUpstream } from '../record/upstream.js';
import type { Backend, Outcome } from './backend.js';
import { readBody } from './read-body.js';

/** Answers from a provider, and records. */
export class RecordBackend implements Backend {
  readonly mode = 'record';
  readonly #recorder: Recorder;
  readonly #writer: CassetteWriter;

  private constructor(recorder: Recorder, writer: CassetteWriter) {
    this.#recorder = recorder;
    this.#writer = writer;
  }

  static async create(options: {
    readonly upstream: string;
    readonly to: string;
    readonly secrets?: readonly string[] | undefined;
  }): Promise<RecordBackend> {
    const upstream = parseUpstream(options.upstream);
    const writer = await CassetteWriter.create(options.to, {
      upstream: endpoint(upstream, 'responses').href.replace(/[?#].*/, ''),
      recordedAt: new Date().toISOString(),
    });
    return new RecordBackend(new Recorder(upstream, writer, options.secrets ?? []), writer);
  }

  async respond(n: number, req: IncomingMessage, res: ServerResponse, gone: AbortSignal): Promise<Outcome> {
    const { status, entry } = await this.#recorder.record(n, req, await readBody(req), res, gone);
    return entry === undefined ? { match: 'miss', status } : { match: 'recorded', entry, status };
  }

  async listModels(req: IncomingMessage, res: ServerResponse, gone: AbortSignal): Promise<void> {
    await this.#recorder.pass(req, res, 'models', gone);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]();
  }
}
