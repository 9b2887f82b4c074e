import path from 'node:path';
import { failpoint } from '../failpoint/failpoint.js';
import { sha256File, writeFileAtomic } from '../fs/index.js';
import type { Artifact } from '../goal/state.js';
import type { GoalEvent } from '../goal/events.js';
import { advance } from '../goal/machine.js';
import type { GoalState } from '../goal/state.js';
import { ChainedLog } from '../log/chained-log.js';
import { deriveManifest } from './manifest.js';
import { eventOf, eventsFile, foldEvents, manifestFile } from './read-run.js';
import type { RunLocation } from './run-layout.js';

/** An event as it was recorded. */
export interface RecordedEvent {
  readonly at: string;
  readonly actor: string;
  readonly event: GoalEvent;
}

export interface RunStoreOptions {
  /** Told of every event after it is durable. */
  readonly onEvent?: ((event: RecordedEvent) => void) | undefined;
}

/** The writer of one run's directory. The caller holds the run's lock. */
export class RunStore implements AsyncDisposable {
  readonly location: RunLocation;
  readonly #log: ChainedLog;
  readonly #onEvent: RunStoreOptions['onEvent'];
  #state: GoalState;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(location: RunLocation, log: ChainedLog, state: GoalState, { onEvent }: RunStoreOptions) {
    this.location = location;
    this.#log = log;
    this.#state = state;
    this.#onEvent = onEvent;
  }

  /** Throws `LogDamagedError`, `LogWriteError` and `RunCorruptError`. */
  static async open(location: RunLocation, options: RunStoreOptions = {}): Promise<RunStore> {
    const log = await ChainedLog.open(eventsFile(location.dir), { subject: location.runId, failpoints: 'events' });
    try {
      const store = new RunStore(location, log, foldEvents(log.lines, log.path), options);
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
   * Throws `IllegalTransitionError`, recording nothing, when the state machine does not allow it.
   */
  append(
    event: GoalEvent,
    { actor, key }: { readonly actor: string; readonly key?: string | undefined },
  ): Promise<void> {
    const write = async (): Promise<void> => {
      if (key !== undefined && this.#log.find(key)) return;
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

  /** Records a file of the run directory with its digest. */
  async recordArtifact(kind: Artifact['kind'], relativePath: string, { key }: { readonly key: string }): Promise<void> {
    const { sha256, bytes } = await sha256File(path.join(this.dir, relativePath));
    await this.append(
      { type: 'artifact.recorded', data: { kind, path: relativePath, sha256, bytes } },
      { actor: 'orchestrator', key },
    );
  }

  async #writeManifest(): Promise<void> {
    const [first] = this.#log.lines;
    if (!first) return;
    const last = this.#log.lines.at(-1) ?? first;
    const manifest = deriveManifest(this.#state, { head: this.#log.head, createdAt: first.at, updatedAt: last.at });
    // Derived, so it need not be synced: after a crash it is written again from the events.
    await writeFileAtomic(manifestFile(this.dir), `${JSON.stringify(manifest, undefined, 2)}\n`, { durable: false });
    failpoint('manifest.written');
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#log.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
