import { lstat } from 'node:fs/promises';
import { ifAbsent } from '../fs/if-absent.js';
import type { GitPath } from './git-path.js';

export interface IndexFacts {
  /** The tree that it was written as. */
  readonly tree?: string | undefined;
  /** What it was read from: a tree or a commit. */
  readonly source?: string | undefined;
  readonly paths?: readonly GitPath[] | undefined;
}

/** What git has said of an index, for as long as its file stays as it is: to start git again for the same answer costs far more. */
export class KnownIndex {
  readonly #file: string;
  #stamp: string | undefined;
  #facts: IndexFacts = {};

  constructor(file: string) {
    this.#file = file;
  }

  async recall(): Promise<IndexFacts> {
    return (await this.#currentStamp()) === this.#stamp ? this.#facts : {};
  }

  async note(facts: IndexFacts): Promise<void> {
    const stamp = await this.#currentStamp();
    this.#facts = stamp === this.#stamp ? { ...this.#facts, ...facts } : facts;
    this.#stamp = stamp;
  }

  /** Git replaces the file whenever it writes it. */
  async #currentStamp(): Promise<string> {
    const stat = await ifAbsent(lstat(this.#file, { bigint: true }), undefined);
    return stat ? [stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join('-') : 'none';
  }
}
