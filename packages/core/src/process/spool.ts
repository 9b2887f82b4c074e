import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { writeError } from '../fs/errors.js';

/** A file that takes the streams of a process whole, and slows the process down to the speed of the disk. */
export class Spool implements AsyncDisposable {
  readonly #path: string;
  readonly #stream: ReturnType<FileHandle['createWriteStream']>;
  readonly #closed: Promise<void>;
  readonly #waiting = new Set<Readable>();
  #error: unknown;

  constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#stream = handle.createWriteStream();
    this.#closed = new Promise((resolve) => this.#stream.once('close', resolve));
    this.#stream.on('error', (error) => {
      this.#error ??= error;
      this.#resumeAll();
    });
    this.#stream.on('drain', () => {
      this.#resumeAll();
    });
  }

  write(chunk: Buffer, source: Readable): void {
    if (this.#stream.destroyed || this.#stream.write(chunk)) return;
    this.#waiting.add(source);
    source.pause();
  }

  onError(listener: () => void): void {
    this.#stream.once('error', listener);
  }

  /** Throws {@link DiskFullError} or another write error when not all of it reached the file. */
  async finish(): Promise<void> {
    this.#stream.end();
    await this.#closed;
    if (this.#error !== undefined) throw writeError(this.#path, this.#error);
  }

  #resumeAll(): void {
    for (const source of this.#waiting) source.resume();
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.destroy();
    await this.#closed;
  }
}
