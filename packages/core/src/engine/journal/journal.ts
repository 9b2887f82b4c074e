import { readFile } from 'node:fs/promises';
import { ChainedLog } from '../../log/chained-log.js';
import { LogDamagedError } from '../../log/errors.js';
import type { LogLine } from '../../log/line.js';
import { readLog } from '../../log/read-log.js';
import type { WorkflowInfo } from '../engine.js';
import type { Json } from '../json.js';
import type { Outcome } from '../outcome.js';
import { type JournalEntry, journalEntrySchema } from './entries.js';

interface ReceivedSignal {
  readonly seq: number;
  readonly payload: Json;
}

interface Timer {
  readonly ms: number;
  /** By the wall clock, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** By the machine's own, where it was told. */
  readonly boot?: string | undefined;
  readonly uptimeMs?: number | undefined;
}

/** What a journal says, folded. */
class JournalView {
  start: Extract<JournalEntry, { type: 'start' }>['data'] | undefined;
  end: Extract<JournalEntry, { type: 'end' }>['data'] | undefined;
  cancelled = false;
  readonly results = new Map<
    string,
    { readonly name: string; readonly outcome: Outcome; readonly took?: number | undefined }
  >();
  readonly attempts = new Map<string, number>();
  readonly timers = new Map<string, Timer>();
  readonly signals = new Map<string, ReceivedSignal[]>();
  /** When each wait for fresh signals began, as the number of its line. */
  readonly waits = new Map<string, number>();

  add(line: LogLine, filePath: string): void {
    const parsed = journalEntrySchema.safeParse({ type: line.type, data: line.data });
    if (!parsed.success)
      throw new LogDamagedError(filePath, line.seq + 1, `it is no journal entry of this version (${line.type})`);
    const entry = parsed.data;
    switch (entry.type) {
      case 'start':
        this.start ??= entry.data;
        break;
      case 'attempt':
        this.attempts.set(entry.data.op, (this.attempts.get(entry.data.op) ?? 0) + 1);
        break;
      case 'result':
        this.results.set(entry.data.op, entry.data);
        break;
      case 'timer':
        this.timers.set(entry.data.op, { ...entry.data, startedAt: Date.parse(line.at) });
        break;
      case 'signal': {
        const received = this.signals.get(entry.data.name) ?? [];
        received.push({ seq: line.seq, payload: entry.data.payload });
        this.signals.set(entry.data.name, received);
        break;
      }
      case 'wait':
        this.waits.set(entry.data.op, line.seq);
        break;
      case 'cancel':
        this.cancelled = true;
        break;
      case 'end':
        this.end = entry.data;
        break;
    }
  }

  info(id: string): WorkflowInfo {
    const status = this.end?.status ?? (this.start?.queue === undefined ? 'running' : 'queued');
    const error = this.end?.outcome.ok === false ? this.end.outcome.error : undefined;
    return { id, workflow: this.start?.workflow ?? '', status, waitingFor: [], error };
  }
}

/** The journal of one run: every result that was acknowledged, in order. */
export class Journal implements AsyncDisposable {
  readonly view = new JournalView();
  readonly #log: ChainedLog;

  private constructor(log: ChainedLog) {
    this.#log = log;
    for (const line of log.lines) this.view.add(line, log.path);
  }

  static async open(filePath: string, id: string): Promise<Journal> {
    const log = await ChainedLog.open(filePath, { subject: id, failpoints: 'journal' });
    try {
      return new Journal(log);
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /** Reads a journal without taking it; undefined when there is none. */
  static async peek(filePath: string, id: string): Promise<WorkflowInfo | undefined> {
    const view = await Journal.read(filePath, id);
    return view?.start ? view.info(id) : undefined;
  }

  /** What a journal says at this moment, whoever writes it; undefined when there is none. */
  static async read(filePath: string, id: string): Promise<JournalView | undefined> {
    let bytes: Buffer;
    try {
      bytes = await readFile(filePath);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const view = new JournalView();
    for (const line of readLog(bytes, { path: filePath, subject: id }).lines) view.add(line, filePath);
    return view;
  }

  get torn(): ChainedLog['torn'] {
    return this.#log.torn;
  }

  /** Records an entry; a repeated `key` is ignored. */
  async record(
    entry: JournalEntry,
    { key, durable = true }: { readonly key?: string | undefined; readonly durable?: boolean | undefined } = {},
  ): Promise<void> {
    const lines = this.#log.lines.length;
    const line = await this.#log.append({ actor: 'engine', type: entry.type, data: entry.data, key }, { durable });
    if (line.seq >= lines) this.view.add(line, this.#log.path);
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
