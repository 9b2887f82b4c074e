import type { CloudRecord, CloudStore } from '@codex-orch/cloud-adapter';

/** How the tasks of one run are shared with other machines. */
export interface TaskSharing {
  /** Throws where this machine has no business with these tasks. */
  readonly confirm: (record: CloudRecord) => Promise<void>;
  /** Resolves once whoever goes on with the run would know of these. */
  readonly keep: (record: CloudRecord) => Promise<void>;
  /** The tasks of other runs, wherever they are worked on. */
  readonly claimed: () => Promise<readonly string[]>;
}

/** A record of tasks that others know of, too, before anything is done that it speaks of. */
export class SharedCloudStore implements CloudStore {
  readonly #own: CloudStore;
  readonly #sharing: TaskSharing;

  constructor(own: CloudStore, sharing: TaskSharing) {
    this.#own = own;
    this.#sharing = sharing;
  }

  get dir(): string {
    return this.#own.dir;
  }

  load(): Promise<CloudRecord> {
    return this.#own.load();
  }

  /** Throws what sharing throws: then nothing is to be done. */
  async save(record: CloudRecord): Promise<void> {
    // Another login may say of a task that there is none, and that is not to be believed.
    await this.#sharing.confirm(record);
    await this.#own.save(record);
    await this.#sharing.keep(record);
  }
}
