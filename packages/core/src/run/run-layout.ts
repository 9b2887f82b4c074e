import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { JournalLayout } from '../engine/journal/journal-engine.js';
import { OrchError } from '../errors/orch-error.js';
import { BadTaskIdError, isRunId, isTimely, UnknownRunError } from './run-id.js';
import { checkFolder, makeRunFolder } from './run-place.js';

/** Where a run's files are. */
export interface RunLocation {
  readonly taskId: string;
  readonly runId: string;
  /** Absolute path of the run directory. */
  readonly dir: string;
}

const namesIn = async (folder: string): Promise<string[]> => ((await checkFolder(folder)) ? readdir(folder) : []);

async function isSafe(folder: string): Promise<boolean> {
  try {
    return await checkFolder(folder);
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return false;
  }
}

/** The run directories of a repository: `.runs/<taskId>/<runId>/`. */
export class RunLayout implements JournalLayout {
  /** Absolute path of `.runs`. */
  readonly root: string;
  readonly #known = new Map<string, string>();

  readonly #isOwn: (runId: string) => boolean;

  /** `isOwn` vouches for runs that the user made here: they count whatever the clock says now. */
  constructor(
    repositoryRoot: string,
    { isOwn = () => false }: { readonly isOwn?: ((runId: string) => boolean) | undefined } = {},
  ) {
    this.root = path.join(repositoryRoot, '.runs');
    this.#isOwn = isOwn;
  }

  /** The directory that a new run gets; it is not made here. Throws {@link BadTaskIdError}. */
  place(taskId: string, runId: string): RunLocation {
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}$/.test(taskId)) throw new BadTaskIdError(taskId);
    const dir = path.join(this.root, taskId, runId);
    this.#known.set(runId, dir);
    return { taskId, runId, dir };
  }

  /**
   * Makes the directory of a new run. Throws `RunPlaceUnsafeError` where it would lie behind a link or in a folder of somebody
   * else, and `NotWritableError`.
   */
  make({ dir }: RunLocation): Promise<void> {
    return makeRunFolder(this.root, dir);
  }

  /**
   * All runs, oldest first. What is behind a link, belongs to somebody else or comes from the future is not among them.
   *
   * Throws `RunPlaceUnsafeError` when `.runs` itself is no folder of the user's own.
   */
  async locations(): Promise<readonly RunLocation[]> {
    const all: RunLocation[] = [];
    for (const candidate of await this.#candidates()) if (await isSafe(candidate.dir)) all.push(candidate);
    return all;
  }

  async #candidates(): Promise<readonly RunLocation[]> {
    const found: RunLocation[] = [];
    for (const taskId of await namesIn(this.root)) {
      const folder = path.join(this.root, taskId);
      const names = (await isSafe(folder)) ? await readdir(folder) : [];
      for (const runId of names) {
        if (isRunId(runId) && (isTimely(runId) || this.#isOwn(runId)))
          found.push({ taskId, runId, dir: path.join(folder, runId) });
      }
    }
    return found.sort((a, b) => (a.runId < b.runId ? -1 : 1));
  }

  /** Finds a run by its id, the start of its id, or `latest`. Throws {@link UnknownRunError} and `RunPlaceUnsafeError`. */
  async find(asked: string): Promise<RunLocation> {
    if (asked === 'latest') {
      const newest = (await this.locations()).at(-1);
      if (newest) return newest;
      throw new UnknownRunError(asked, this.root);
    }
    const all = await this.#candidates();
    const wanted = asked.toUpperCase();
    const matches = wanted === '' ? [] : all.filter(({ runId }) => runId.startsWith(wanted));
    const [match] = matches;
    if (!match || matches.length > 1)
      throw new UnknownRunError(
        asked,
        this.root,
        matches.map(({ runId }) => runId),
      );
    await checkFolder(match.dir);
    return match;
  }

  async folderOf(id: string): Promise<string> {
    return this.#known.get(id) ?? (await this.find(id)).dir;
  }

  async list(): Promise<readonly string[]> {
    return (await this.locations()).map(({ runId }) => runId);
  }
}
