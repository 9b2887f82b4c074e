import { constants, existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OrchError } from '../errors/orch-error.js';
import { writeFileAtomic } from '../fs/index.js';
import { LockedError, ProcessLock } from '../lock/index.js';
import { ChainedLog } from '../log/chained-log.js';
import { LogDamagedError } from '../log/errors.js';
import { formatLine, sha256 } from '../log/line.js';
import { type LogContent, type LogHead, readLog } from '../log/read-log.js';
import type { Redactor } from '../secret/redactor.js';
import { auditHeadText } from '../signature/signed-records.js';
import { type AuditEntry, auditEntrySchema, type AuditRecord } from './audit-entry.js';
import { type AuditHead, lostEnd, readAuditHead } from './audit-head.js';
import { AuditHeadUnreadableError, AuditUnavailableError } from './errors.js';
import { readLastLine } from './last-line.js';
import { type AuditProblem, verifyAuditEnd, type VerifyAuditOptions } from './verify-audit.js';

/** The subject that the chain of an audit log begins with. */
const SUBJECT = 'audit';

/** Who says what of the log itself. */
const OWN_ACTOR = 'orchestrator';

/** Signs the end of the log, so that who has no key cannot cut it off. */
export interface HeadSigning {
  /** The signature of a text; undefined where none can be had, which is told by `verify` and stops no entry. */
  readonly sign: (text: string) => Promise<string | undefined>;
  /** Why a signature that was good at `at`, in milliseconds since the epoch, does not count; undefined when it does. */
  readonly check?: ((text: string, signature: string, at: number) => Promise<string | undefined>) | undefined;
}

export interface AuditLogOptions {
  /** What it knows is in no entry. */
  readonly redactor?: Pick<Redactor, 'json'> | undefined;
  /** How long to wait for another process that writes, in milliseconds; 5000 by default. */
  readonly patienceMs?: number | undefined;
  readonly signing?: HeadSigning | undefined;
}

/** Where a log ends, and what was found there. */
interface LogEnd {
  readonly head: LogHead;
  /** When the last entry was made. */
  readonly at: string | undefined;
  readonly torn?: LogContent['torn'];
}

/**
 * The one record, across all runs of a user, of who decided what: `audit.log`, a chained log.
 *
 * An entry is on the disk when `append` resolves; where it cannot be, `append` throws, and the caller must not go on.
 * `audit.head` holds the number and hash of the last entry, so that a log which lost its end is told; signed, so that both cannot be
 * rewritten together.
 */
export class AuditLog {
  /** Absolute path of the log. */
  readonly file: string;
  readonly #headFile: string;
  readonly #lock: string;
  readonly #patienceMs: number;
  readonly #redactor: AuditLogOptions['redactor'];
  #signing: HeadSigning | undefined;
  /** A signature that needs no check: it was made or checked here. */
  #goodSignature: string | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(folder: string, { patienceMs = 5000, redactor, signing }: AuditLogOptions = {}) {
    this.file = path.join(folder, 'audit.log');
    this.#headFile = path.join(folder, 'audit.head');
    this.#lock = path.join(folder, 'audit.lock');
    this.#patienceMs = patienceMs;
    this.#redactor = redactor;
    this.#signing = signing;
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

  async #append(actor: string, entry: AuditEntry): Promise<void> {
    try {
      await using _lock = await this.#acquire();
      const known = await readAuditHead(this.#headFile);
      const end = await this.#end(known);
      const head = await this.#write(end.head, [
        ...(await this.#remarks(known, end)).map((remark) => ({ actor: OWN_ACTOR, entry: remark })),
        { actor, entry },
      ]);
      const signature = await this.#signing?.sign(auditHeadText(head));
      // Not to ask again and again for a passphrase that nobody gives, with others waiting for the log.
      if (signature === undefined) this.#signing = undefined;
      this.#goodSignature = signature;
      const signed = signature === undefined ? known?.signed : { ...head, signature };
      await writeFileAtomic(this.#headFile, JSON.stringify({ ...head, signed } satisfies AuditHead), { mode: 0o600 });
    } catch (error) {
      if (error instanceof AuditUnavailableError) throw error;
      throw new AuditUnavailableError(this.file, error instanceof Error ? error.message : String(error), error);
    }
  }

  /**
   * Where the log ends, mended if it has to be.
   *
   * An entry has to be bound to the last one, and to be refused where an acknowledged one is gone. `audit.head` decides both, as it is
   * written after an entry is on the disk and under the same lock: when the last line hashes to it, that line is the one which was
   * written here last, and its `prev` vouches for all before it. So nothing else is read, and an entry costs the same however long the
   * log is. A line further up that was changed meanwhile is not seen here, but neither is it hidden: it breaks the chain at its own
   * place whatever is added behind, and `verify` tells. Wherever end and head do not agree (the first entry, a crash between the two
   * writes, a torn line, somebody's hand) the log is read as a whole, and mended or refused.
   */
  async #end(known: AuditHead | undefined): Promise<LogEnd> {
    const last = await readLastLine(this.file);
    if (last && known) {
      const head = { seq: last.line.seq + 1, hash: last.hash };
      const { signed } = known;
      if (known.seq === head.seq && known.hash === head.hash && (signed === undefined || signed.seq <= head.seq))
        return { head, at: last.line.at };
    }
    const content = await this.#content();
    const lost = lostEnd(known, content.head, content.lines);
    if (lost !== undefined) throw new AuditUnavailableError(this.file, lost);
    // Opening it drops a torn line, or makes the file.
    await (await ChainedLog.open(this.file, { subject: SUBJECT })).close();
    return { head: content.head, at: content.lines.at(-1)?.at, torn: content.torn };
  }

  /** What is to be on record of what was found at the end of the log. */
  async #remarks(known: AuditHead | undefined, end: LogEnd): Promise<readonly AuditEntry[]> {
    const about = { runId: null, repository: null, subject: null, outcome: 'noted' } as const;
    const { torn } = end;
    const unsigned = this.#signing && end.head.seq > 0 ? await this.#whyUnsigned(this.#signing, known, end) : undefined;
    return [
      ...(torn
        ? [
            {
              ...about,
              action: 'mend' as const,
              detail: `dropped ${torn.bytes} bytes of an entry that was never acknowledged`,
            },
          ]
        : []),
      // The next signature covers all before it. That something had none until then must not be forgotten over that.
      ...(unsigned === undefined ? [] : [{ ...about, action: 'unsigned' as const, detail: unsigned }]),
    ];
  }

  async #whyUnsigned(
    { check }: HeadSigning,
    known: AuditHead | undefined,
    { head, at = '' }: LogEnd,
  ): Promise<string | undefined> {
    const signed = known?.signed;
    if (!signed) return `the ${head.seq} entries before this one were not signed`;
    if (signed.seq < head.seq) return `the last ${head.seq - signed.seq} entries before this one were not signed`;
    if (signed.hash !== head.hash) return 'the signature before this entry is not about this log';
    if (signed.signature === this.#goodSignature) return undefined;
    const reason = await check?.(auditHeadText(signed), signed.signature, Date.parse(at));
    return reason === undefined ? undefined : `the signature before this entry: ${reason}`;
  }

  async #write(
    { seq, hash }: LogHead,
    records: readonly { readonly actor: string; readonly entry: AuditEntry }[],
  ): Promise<LogHead> {
    let head = { seq, hash };
    let text = '';
    for (const { actor, entry } of records) {
      const { action, ...data } = entry;
      const position = { seq: head.seq, at: new Date().toISOString(), prev: head.hash };
      const line = formatLine({ actor, type: action, data }, position);
      text += `${line}\n`;
      head = { seq: head.seq + 1, hash: sha256(line) };
    }
    await using file = await open(this.file, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW);
    await file.writeFile(text);
    await file.datasync();
    return head;
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

  /** All entries, oldest first. Throws `LogDamagedError` when the log was changed. */
  async read(): Promise<readonly AuditRecord[]> {
    return this.#records(await this.#content());
  }

  #records({ lines }: LogContent): readonly AuditRecord[] {
    return lines.map(({ seq, at, actor, type, data }) => {
      const parsed = auditEntrySchema.safeParse({ action: type, ...(data as object) });
      if (!parsed.success) throw new LogDamagedError(this.file, seq + 1, 'it is no audit entry of this version');
      return { seq, at, actor, ...parsed.data };
    });
  }

  /**
   * Recomputes the chain and returns all that is wrong; an empty list means that it is intact.
   *
   * Throws `LockedError` when somebody writes all the time, and `AllowedSignersError`.
   */
  async verify(options: VerifyAuditOptions = {}): Promise<readonly AuditProblem[]> {
    if (!existsSync(path.dirname(this.file))) return [];
    // Between the two files of a write they do not agree.
    await using _lock = await this.#acquire();
    try {
      const content = await this.#content();
      this.#records(content);
      return await verifyAuditEnd(content, await readAuditHead(this.#headFile), options);
    } catch (error) {
      if (error instanceof LogDamagedError) return [{ line: error.line, message: error.message }];
      if (error instanceof AuditHeadUnreadableError) return [{ message: error.message }];
      throw error;
    }
  }

  async #content(): Promise<LogContent> {
    const path = this.file;
    try {
      return readLog(await readFile(path), { path, subject: SUBJECT });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return readLog(Buffer.alloc(0), { path, subject: SUBJECT });
    }
  }
}
