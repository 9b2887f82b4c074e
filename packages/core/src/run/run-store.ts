import { createReadStream } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { failpoint } from '../failpoint/failpoint.js';
import { sha256File, writeFileAtomic } from '../fs/index.js';
import type { Artifact } from '../goal/state.js';
import { type GoalEvent, parseGoalEvent } from '../goal/events.js';
import { advance } from '../goal/machine.js';
import { type GoalState, isTerminal } from '../goal/state.js';
import { ChainedLog } from '../log/chained-log.js';
import { SecretInRecordError } from '../secret/errors.js';
import { Redactor } from '../secret/redactor.js';
import type { RunHead } from '../signature/signed-records.js';
import { deriveManifest, type Manifest } from './manifest.js';
import { eventOf, eventsFile, foldEvents, manifestFile, readHead } from './read-run.js';
import type { RunLocation } from './run-layout.js';

/** An event as it was recorded. */
export interface RecordedEvent {
  readonly at: string;
  readonly actor: string;
  readonly event: GoalEvent;
}

export interface RunStoreOptions {
  /** What it knows is in no event, and diffs that hold it are marked. */
  readonly redactor?: Redactor | undefined;
  /** Told of every event after it is durable. */
  readonly onEvent?: ((event: RecordedEvent) => void) | undefined;
  /** Told of the last event when the store of a run that ended or waits is closed; what it returns is the head's signature. */
  readonly seal?: ((head: RunHead) => Promise<string | undefined>) | undefined;
}

/** The writer of one run's directory. The caller holds the run's lock. */
export class RunStore implements AsyncDisposable {
  readonly location: RunLocation;
  readonly #log: ChainedLog;
  readonly #onEvent: RunStoreOptions['onEvent'];
  readonly #seal: RunStoreOptions['seal'];
  readonly #redactor: Redactor;
  #state: GoalState;
  #sealed: Manifest['head'] | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(location: RunLocation, log: ChainedLog, state: GoalState, options: RunStoreOptions) {
    this.location = location;
    this.#log = log;
    this.#state = state;
    this.#onEvent = options.onEvent;
    this.#seal = options.seal;
    this.#redactor = options.redactor ?? new Redactor();
  }

  /** Throws `LogDamagedError`, `LogWriteError` and `RunCorruptError`. */
  static async open(location: RunLocation, options: RunStoreOptions = {}): Promise<RunStore> {
    const log = await ChainedLog.open(eventsFile(location.dir), { subject: location.runId, failpoints: 'events' });
    try {
      const store = new RunStore(location, log, foldEvents(log.lines, log.path), options);
      store.#sealed = await readHead(location.dir);
      await store.#writeManifest();
      return store;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  get dir(): string {
    return this.location.dir;
  }

  /** What all recorded events add up to. */
  get state(): GoalState {
    return this.#state;
  }

  /** The event that was recorded under this key. */
  find(key: string): GoalEvent | undefined {
    const line = this.#log.find(key);
    return line && eventOf(line);
  }

  /**
   * Records an event; it is on the disk when this resolves. An event whose key is known is not recorded again.
   *
   * Throws `IllegalTransitionError`, recording nothing, when the state machine does not allow it, and {@link SecretInRecordError}.
   */
  append(
    said: GoalEvent,
    { actor, key }: { readonly actor: string; readonly key?: string | undefined },
  ): Promise<void> {
    const write = async (): Promise<void> => {
      if (key !== undefined && this.#log.find(key)) return;
      const event = this.#redacted(said);
      const next = advance(this.#state, event);
      const line = await this.#log.append({ actor, type: event.type, data: event.data, key });
      this.#state = next;
      await this.#writeManifest();
      this.#onEvent?.({ at: line.at, actor, event });
    };
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /** What is hashed is what anybody may see: the secrets are taken out before. */
  #redacted(event: GoalEvent): GoalEvent {
    if (this.#redactor.isEmpty) return event;
    const data: unknown = this.#redactor.json(event.data);
    try {
      return parseGoalEvent(event.type, data);
    } catch (error) {
      throw new SecretInRecordError(event.type, error instanceof z.ZodError ? z.prettifyError(error) : String(error));
    }
  }

  /**
   * Records a file of the run directory with its digest. A diff is what was approved, byte for byte, so a secret in it stays, and
   * its name is recorded.
   */
  async recordArtifact(kind: Artifact['kind'], relativePath: string, { key }: { readonly key: string }): Promise<void> {
    const file = path.join(this.dir, relativePath);
    const { sha256, bytes } = await sha256File(file);
    const secrets =
      kind === 'diff' && !this.#redactor.isEmpty ? await this.#redactor.namesIn(createReadStream(file)) : [];
    await this.append(
      {
        type: 'artifact.recorded',
        data: { kind, path: relativePath, sha256, bytes, ...(secrets.length > 0 ? { secrets: [...secrets] } : {}) },
      },
      { actor: 'orchestrator', key },
    );
  }

  async #writeManifest(): Promise<void> {
    const [first] = this.#log.lines;
    if (!first) return;
    const last = this.#log.lines.at(-1) ?? first;
    const { seq, hash } = this.#log.head;
    const isSealed = this.#sealed?.seq === seq && this.#sealed.hash === hash;
    const head = isSealed && this.#sealed ? this.#sealed : { seq, hash };
    const manifest = deriveManifest(this.#state, { head, createdAt: first.at, updatedAt: last.at });
    // Derived, so it need not be synced: after a crash it is written again from the events.
    await writeFileAtomic(manifestFile(this.dir), `${JSON.stringify(manifest, undefined, 2)}\n`, { durable: false });
    failpoint('manifest.written');
  }

  async #sealHead(): Promise<void> {
    const { seq, hash } = this.#log.head;
    const rests = this.#state.phase === 'awaiting-approval' || isTerminal(this.#state.phase);
    if (!this.#seal || !rests || (this.#sealed?.signature !== undefined && this.#sealed.hash === hash)) return;
    const signature = await this.#seal({ runId: this.location.runId, seq, hash });
    if (signature === undefined) return;
    this.#sealed = { seq, hash, signature };
    await this.#writeManifest();
  }

  async close(): Promise<void> {
    await this.#writing;
    try {
      await this.#sealHead();
    } finally {
      await this.#log.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
