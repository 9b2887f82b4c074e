import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { JournalLayout } from '../engine/journal/journal-engine.js';
import { newRunId } from '../run/run-id.js';
import { checkFolder, makeRunFolder } from '../run/run-place.js';
import { UnknownIntegrationError } from './errors.js';

/** Lower case, so that no integration is taken for a run. */
const idPattern = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

export const isIntegrationId = (text: string): boolean => idPattern.test(text);

/** A new id; ids sort in the order in which they were made. */
export const newIntegrationId = (): string => newRunId().toLowerCase();

/** The integrations of a repository: `.runs/integrations/<id>/`. */
export class IntegrationLayout implements JournalLayout {
  /** Absolute path. */
  readonly root: string;
  readonly #runs: string;

  constructor(repositoryRoot: string) {
    this.#runs = path.join(repositoryRoot, '.runs');
    this.root = path.join(this.#runs, 'integrations');
  }

  /** Throws {@link UnknownIntegrationError} for what is no id. */
  folderOf(id: string): string {
    if (!idPattern.test(id)) throw new UnknownIntegrationError(id, this.root);
    return path.join(this.root, id);
  }

  /** Makes the folder of a new integration. Throws `RunPlaceUnsafeError` and `NotWritableError`. */
  make(id: string): Promise<void> {
    return makeRunFolder(this.#runs, this.folderOf(id));
  }

  /** The folder of an integration that is there. Throws {@link UnknownIntegrationError} and `RunPlaceUnsafeError`. */
  async find(id: string): Promise<string> {
    const dir = this.folderOf(id.toLowerCase());
    for (const folder of [this.#runs, this.root, dir])
      if (!(await checkFolder(folder))) throw new UnknownIntegrationError(id, this.root);
    return dir;
  }

  /** All ids, the oldest first. Throws `RunPlaceUnsafeError`. */
  async list(): Promise<readonly string[]> {
    for (const folder of [this.#runs, this.root]) if (!(await checkFolder(folder))) return [];
    return (await readdir(this.root)).filter((name) => idPattern.test(name)).sort();
  }
}
