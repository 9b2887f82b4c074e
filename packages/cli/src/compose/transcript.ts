import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import type { CodexEvent, RunStore } from '@codex-orch/core';

/** What Codex did, line by line, for people and audits; not needed to resume. */
export class Transcript implements AsyncDisposable {
  readonly #store: RunStore;
  readonly #stream: WriteStream;
  #failed = false;

  constructor(store: RunStore) {
    this.#store = store;
    this.#stream = createWriteStream(path.join(store.dir, 'transcript.jsonl'), { flags: 'a', mode: 0o600 });
    // A transcript that cannot be written must not end the work; its absence shows.
    this.#stream.on('error', () => {
      this.#failed = true;
    });
  }

  readonly note = (event: CodexEvent): void => {
    if (event.type === 'message.delta' || this.#failed) return;
    this.#stream.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#stream.destroyed) {
      this.#stream.end();
      await once(this.#stream, 'close');
    }
    if (!this.#failed)
      await this.#store.recordArtifact('transcript', 'transcript.jsonl', {
        key: `transcript:${this.#stream.bytesWritten}:${Date.now()}`,
      });
  }
}
