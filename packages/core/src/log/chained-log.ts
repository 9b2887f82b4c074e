import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { type Failpoint, failpoint } from '../failpoint/failpoint.js';
import { makeFolder } from '../fs/make-folder.js';
import { LogWriteError } from './errors.js';
import { formatLine, type LogLine, type LogRecord, sha256 } from './line.js';
import { type LogContent, type LogHead, readLog } from './read-log.js';

interface Pending {
  readonly record: LogRecord;
  readonly durable: boolean;
  readonly resolve: (line: LogLine) => void;
  readonly reject: (error: unknown) => void;
}

export interface OpenLogOptions {
  /** What the log is about, e.g. a run's id: a log cannot be passed off as another's. */
  readonly subject: string;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
  /** Names this log's crash tests. */
  readonly failpoints?: 'journal' | 'events' | undefined;
}

/**
 * An append-only file of JSON lines, each bound to the one before by its hash.
 *
 * The promise: when `append` resolves, the record is on the disk and every later `open` returns it.
 * One writer at a time; the caller holds the lock.
 */
export class ChainedLog implements AsyncDisposable {
  readonly path: string;
  /** A torn last line that was dropped when the log was opened. */
  readonly torn: LogContent['torn'];
  readonly #file: FileHandle;
  readonly #now: () => number;
  readonly #failpoints: OpenLogOptions['failpoints'];
  readonly #lines: LogLine[];
  readonly #byKey = new Map<string, LogLine>();
  #head: LogHead;
  #queue: Pending[] = [];
  #writing: Promise<void> | undefined;
  #failure: LogWriteError | undefined;

  private constructor(
    file: FileHandle,
    filePath: string,
    content: LogContent,
    { now = Date.now, failpoints }: OpenLogOptions,
  ) {
    this.#file = file;
    this.path = filePath;
    this.torn = content.torn;
    this.#lines = [...content.lines];
    this.#head = content.head;
    this.#now = now;
    this.#failpoints = failpoints;
    for (const line of content.lines) if (line.key !== undefined) this.#byKey.set(line.key, line);
  }

  /**
   * Opens a log, or starts it, and mends a torn end.
   *
   * Throws `LogDamagedError` and `LogWriteError`.
   */
  static async open(filePath: string, options: OpenLogOptions): Promise<ChainedLog> {
    const { subject } = options;
    let file: FileHandle | undefined;
    try {
      await makeFolder(path.dirname(filePath));
      file = await open(filePath, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    } catch (error) {
      throw new LogWriteError(filePath, error);
    }
    try {
      const content = readLog(await file.readFile(), { path: filePath, subject });
      try {
        if (content.torn) await file.truncate(content.goodBytes);
        if (content.lacksNewline) await file.write('\n', content.goodBytes);
        await file.sync();
        if (content.lines.length === 0) await syncFolder(path.dirname(filePath));
      } catch (error) {
        throw new LogWriteError(filePath, error);
      }
      const end = content.goodBytes + (content.lacksNewline ? 1 : 0);
      const log = new ChainedLog(file, filePath, content, options);
      log.#offset = end;
      return log;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  #offset = 0;

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  get head(): LogHead {
    return this.#head;
  }

  find(key: string): LogLine | undefined {
    return this.#byKey.get(key);
  }

  /**
   * Appends a record and resolves once it is on the disk; records appended meanwhile share one fdatasync.
   * With `durable: false` it resolves once the operating system has it, which outlives this process but not the machine.
   *
   * After a failed write every further append throws the same {@link LogWriteError}: what a failed fsync lost is not known.
   */
  append(record: LogRecord, { durable = true }: { readonly durable?: boolean | undefined } = {}): Promise<LogLine> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ record, durable, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    // Lets the callers of this tick share the first write.
    await Promise.resolve();
    try {
      while (this.#queue.length > 0) {
        const batch = this.#queue;
        this.#queue = [];
        await this.#write(batch);
      }
    } finally {
      this.#writing = undefined;
    }
  }

  async #write(batch: readonly Pending[]): Promise<void> {
    const settled: [Pending, LogLine][] = [];
    let text = '';
    let { seq, hash } = this.#head;
    const fresh: LogLine[] = [];
    const keys = new Map<string, LogLine>();
    for (const pending of batch) {
      const { key } = pending.record;
      const known = key === undefined ? undefined : (this.#byKey.get(key) ?? keys.get(key));
      if (known) {
        settled.push([pending, known]);
        continue;
      }
      const at = new Date(this.#now()).toISOString();
      let lineText: string;
      let line: LogLine;
      try {
        lineText = formatLine(pending.record, { seq, at, prev: hash });
        line = JSON.parse(lineText) as LogLine;
      } catch (error) {
        // What JSON cannot hold harms nobody but its own caller.
        pending.reject(error);
        continue;
      }
      text += `${lineText}\n`;
      seq += 1;
      hash = sha256(lineText);
      fresh.push(line);
      if (key !== undefined) keys.set(key, line);
      settled.push([pending, line]);
    }
    try {
      if (this.#failure) throw this.#failure;
      if (text) {
        const bytes = Buffer.from(text);
        this.#reached('before-write');
        let written = 0;
        while (written < bytes.length) {
          written += (await this.#file.write(bytes, written, bytes.length - written, this.#offset + written))
            .bytesWritten;
        }
        this.#reached('written');
        if (batch.some((pending) => pending.durable)) await this.#file.datasync();
        this.#reached('synced');
        this.#offset += bytes.length;
      }
    } catch (error) {
      this.#failure ??= new LogWriteError(this.path, error);
      for (const pending of batch) pending.reject(this.#failure);
      return;
    }
    this.#head = { seq, hash };
    this.#lines.push(...fresh);
    for (const [key, line] of keys) this.#byKey.set(key, line);
    for (const [pending, line] of settled) pending.resolve(line);
  }

  #reached(point: 'before-write' | 'written' | 'synced'): void {
    if (this.#failpoints) failpoint(`${this.#failpoints}.${point}` satisfies Failpoint);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
