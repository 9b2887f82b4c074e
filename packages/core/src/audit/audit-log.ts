import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { OrchError } from '../errors/orch-error.js';
import { writeFileAtomic } from '../fs/index.js';
import { LockedError, ProcessLock } from '../lock/index.js';
import { ChainedLog } from '../log/chained-log.js';
import { LogDamagedError } from '../log/errors.js';
import type { LogLine } from '../log/line.js';
import { type LogHead, readLog } from '../log/read-log.js';
import type { Redactor } from '../secret/redactor.js';
import { type AuditEntry, auditEntrySchema, type AuditRecord } from './audit-entry.js';
import { AuditUnavailableError } from './errors.js';

/** The subject that the chain of an audit log begins with. */
const SUBJECT = 'audit';

const headSchema = z.strictObject({ seq: z.number().int().nonnegative(), hash: z.string() });

export interface AuditLogOptions {
  /** What it knows is in no entry. */
  readonly redactor?: Pick<Redactor, 'json'> | undefined;
  /** How long to wait for another process that writes, in milliseconds; 5000 by default. */
  readonly patienceMs?: number | undefined;
}

/**
 * The one record, across all runs of a user, of who decided what: `audit.log`, a chained log.
 *
 * An entry is on the disk when `append` resolves; where it cannot be, `append` throws, and the caller must not go on.
 * `audit.head` holds the number and hash of the last entry, so that a log which lost its end is told.
 */
export class AuditLog {
  /** Absolute path of the log. */
  readonly file: string;
  readonly #headFile: string;
  readonly #lock: string;
  readonly #patienceMs: number;
  readonly #redactor: AuditLogOptions['redactor'];
  #writing: Promise<unknown> = Promise.resolve();

  constructor(folder: string, { patienceMs = 5000, redactor }: AuditLogOptions = {}) {
    this.file = path.join(folder, 'audit.log');
    this.#headFile = path.join(folder, 'audit.head');
    this.#lock = path.join(folder, 'audit.lock');
    this.#patienceMs = patienceMs;
    this.#redactor = redactor;
  }

  /** Records an entry. Throws {@link AuditUnavailableError}. */
  append(actor: string, entry: AuditEntry): Promise<void> {
    const data = auditEntrySchema.parse(this.#redactor?.json(entry) ?? entry);
    const written = this.#writing.then(() => this.#append(actor, data));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /**
   * Does something between an entry that says `begun` and one that says how it went.
   *
   * Throws {@link AuditUnavailableError}, then `act` was not called unless it was the second entry that failed; and what `act` throws.
   */
  async around<T>(actor: string, entry: Omit<AuditEntry, 'outcome'>, act: () => Promise<T>): Promise<T> {
    await this.append(actor, { ...entry, outcome: 'begun' });
    let result: T;
    try {
      result = await act();
    } catch (error) {
      const detail = error instanceof OrchError ? error.code : error instanceof Error ? error.message : String(error);
      // What went wrong is what the caller has to hear about.
      await this.append(actor, { ...entry, outcome: 'failed', detail }).catch(() => undefined);
      throw error;
    }
    await this.append(actor, { ...entry, outcome: 'done' });
    return result;
  }

  async #append(actor: string, { action, ...data }: AuditEntry): Promise<void> {
    try {
      const lock = await this.#acquire();
      try {
        await using log = await ChainedLog.open(this.file, { subject: SUBJECT });
        const lost = await this.#lostEnd(log.head, log.lines);
        if (lost !== undefined) throw new AuditUnavailableError(this.file, lost);
        await log.append({ actor, type: action, data });
        await writeFileAtomic(this.#headFile, JSON.stringify(log.head), { mode: 0o600 });
      } finally {
        await lock.release();
      }
    } catch (error) {
      if (error instanceof AuditUnavailableError) throw error;
      throw new AuditUnavailableError(this.file, error instanceof Error ? error.message : String(error), error);
    }
  }

  /** Others hold the lock for the time of one write, so waiting is worth it. */
  async #acquire(): Promise<ProcessLock> {
    const deadline = performance.now() + this.#patienceMs;
    for (let pause = 5; ; pause = Math.min(pause * 2, 200)) {
      try {
        return await ProcessLock.acquire(this.#lock, 'The audit log');
      } catch (error) {
        if (!(error instanceof LockedError) || performance.now() + pause > deadline) throw error;
      }
      await delay(pause * (0.5 + Math.random()));
    }
  }

  /** What `audit.head` knows that the log does not. */
  async #lostEnd(head: LogHead, lines: readonly LogLine[]): Promise<string | undefined> {
    let known: LogHead;
    try {
      known = headSchema.parse(JSON.parse(await readFile(this.#headFile, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return `${this.#headFile} cannot be read`;
      return head.seq > 1 ? `${this.#headFile} is missing` : undefined;
    }
    if (known.seq > head.seq) return `${known.seq - head.seq} entries were cut off its end`;
    const hash = known.seq === head.seq ? head.hash : lines[known.seq]?.prev;
    return hash === known.hash ? undefined : 'it is not the log that was written here before';
  }

  /** All entries, oldest first. Throws `LogDamagedError` when the log was changed. */
  async read(): Promise<readonly AuditRecord[]> {
    const content = await this.#content();
    return (content?.lines ?? []).map(({ seq, at, actor, type, data }) => {
      const parsed = auditEntrySchema.safeParse({ action: type, ...(data as object) });
      if (!parsed.success) throw new LogDamagedError(this.file, seq + 1, 'it is no audit entry of this version');
      return { seq, at, actor, ...parsed.data };
    });
  }

  /**
   * Recomputes the chain and returns all that is wrong; an empty list means that it is intact.
   *
   * Throws `LockedError` when somebody writes all the time.
   */
  async verify(): Promise<readonly { readonly line?: number; readonly message: string }[]> {
    if (!existsSync(path.dirname(this.file))) return [];
    // Between the two files of a write they do not agree.
    await using _lock = await this.#acquire();
    try {
      await this.read();
      const content = await this.#content();
      const problems: { readonly line?: number; readonly message: string }[] = [];
      if (content?.torn)
        problems.push({
          line: content.torn.line,
          message: `the last line was cut off after ${content.torn.bytes} bytes`,
        });
      const lost = await this.#lostEnd(content?.head ?? { seq: 0, hash: '' }, content?.lines ?? []);
      if (lost !== undefined) problems.push({ message: lost });
      return problems;
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
      return [{ ...(error instanceof LogDamagedError ? { line: error.line } : {}), message: error.message }];
    }
  }

  async #content(): Promise<ReturnType<typeof readLog> | undefined> {
    try {
      return readLog(await readFile(this.file), { path: this.file, subject: SUBJECT });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}
