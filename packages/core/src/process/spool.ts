import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { writeError } from '../fs/errors.js';
import type { StreamFilter } from './run-command.js';

/** A file that takes the streams of a process whole, and slows the process down to the speed of the disk. */
export class Spool implements AsyncDisposable {
  readonly #path: string;
  readonly #stream: ReturnType<FileHandle['createWriteStream']>;
  readonly #closed: Promise<void>;
  readonly #waiting = new Set<Readable>();
  readonly #filter: StreamFilter | undefined;
  #error: unknown;

  /** The filter sees the streams as they are mixed in the file. */
  constructor(path: string, handle: FileHandle, filter?: StreamFilter) {
    this.#path = path;
    this.#filter = filter;
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

  write(chunk: Buffer, source?: Readable): void {
    const bytes = this.#filter ? this.#filter.push(chunk) : chunk;
    if (this.#stream.destroyed || this.#stream.write(bytes) || !source) return;
    this.#waiting.add(source);
    source.pause();
  }

  onError(listener: () => void): void {
    this.#stream.once('error', listener);
  }

  /** Throws {@link DiskFullError} or another write error when not all of it reached the file. */
  async finish(): Promise<void> {
    if (this.#filter && !this.#stream.destroyed) this.#stream.write(this.#filter.end());
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
