import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { JournalLayout } from '../engine/journal/journal-engine.js';
import { BadTaskIdError, isRunId, UnknownRunError } from './run-id.js';

/** Where a run's files are. */
export interface RunLocation {
  readonly taskId: string;
  readonly runId: string;
  /** Absolute path of the run directory. */
  readonly dir: string;
}

async function folders(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The run directories of a repository: `.runs/<taskId>/<runId>/`. */
export class RunLayout implements JournalLayout {
  /** Absolute path of `.runs`. */
  readonly root: string;
  readonly #known = new Map<string, string>();

  constructor(repositoryRoot: string) {
    this.root = path.join(repositoryRoot, '.runs');
  }

  /** The directory that a new run gets; it is not made here. Throws {@link BadTaskIdError}. */
  place(taskId: string, runId: string): RunLocation {
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}$/.test(taskId)) throw new BadTaskIdError(taskId);
    const dir = path.join(this.root, taskId, runId);
    this.#known.set(runId, dir);
    return { taskId, runId, dir };
  }

  /** All runs, oldest first. */
  async locations(): Promise<readonly RunLocation[]> {
    const found: RunLocation[] = [];
    for (const taskId of await folders(this.root)) {
      for (const runId of await folders(path.join(this.root, taskId))) {
        if (isRunId(runId)) found.push({ taskId, runId, dir: path.join(this.root, taskId, runId) });
      }
    }
    return found.sort((a, b) => (a.runId < b.runId ? -1 : 1));
  }

  /** Finds a run by its id, the start of its id, or `latest`. Throws {@link UnknownRunError}. */
  async find(asked: string): Promise<RunLocation> {
    const all = await this.locations();
    if (asked === 'latest') {
      const newest = all.at(-1);
      if (newest) return newest;
      throw new UnknownRunError(asked, this.root);
    }
    const wanted = asked.toUpperCase();
    const matches = wanted === '' ? [] : all.filter(({ runId }) => runId.startsWith(wanted));
    const [match] = matches;
    if (!match || matches.length > 1)
      throw new UnknownRunError(
        asked,
        this.root,
        matches.map(({ runId }) => runId),
      );
    return match;
  }

  async folderOf(id: string): Promise<string> {
    return this.#known.get(id) ?? (await this.find(id)).dir;
  }

  async list(): Promise<readonly string[]> {
    return (await this.locations()).map(({ runId }) => runId);
  }
}
