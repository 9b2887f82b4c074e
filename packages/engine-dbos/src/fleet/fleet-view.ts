import type { Json, WorkflowInfo, WorkflowStatus } from '@codex-orch/core';
import { readPointer } from '../run/run-pointer.js';
import type { RunRegistry } from '../run/run-registry.js';
import { infoOf } from '../run/run-rows.js';
import {
  type SeenRun,
  seenRuns,
  type Submission,
  submissionOf,
  type SubmissionsFilter,
  submissionsOf,
} from '../run/seen-runs.js';
import { digestsIn, runsSince } from './kept-runs.js';
import { type SeenWorker, seenWorkers } from './seen-workers.js';

/** The runs and workers of a database, as anybody sees them who reaches it. Looking changes nothing. */
export class FleetView {
  readonly #registry: RunRegistry;

  constructor(registry: RunRegistry) {
    this.#registry = registry;
  }

  async get(id: string): Promise<WorkflowInfo | undefined> {
    const row = await (await this.#registry.rows()).find(id);
    return row && infoOf(row);
  }

  async list({ status }: { readonly status?: readonly WorkflowStatus[] | undefined } = {}): Promise<
    readonly WorkflowInfo[]
  > {
    const infos = (await (await this.#registry.rows()).list()).map(infoOf);
    return infos.filter((info) => !status || status.includes(info.status));
  }

  /** The payloads that were sent under a name, whether or not the run has seen them. */
  async sent(id: string, name: string): Promise<readonly Json[]> {
    return (await this.#registry.rows()).sent(id, name);
  }

  /** Runs that stand in a queue, and that no live worker can go on with: they were begun with a version that none of them replays. */
  async stranded(): Promise<readonly { readonly id: string; readonly version: string }[]> {
    return (await this.#registry.rows()).stranded();
  }

  /** How runs stand, in one look at all, each with the newest payload of a signal. Those that nobody knows are left out. */
  async seen(ids: readonly string[], signal: string): Promise<readonly SeenRun[]> {
    return seenRuns(await this.#registry.prepared(), ids, signal);
  }

  /** What was given to a workflow in a queue, the oldest first. */
  async submissions(filter: SubmissionsFilter): Promise<readonly Submission[]> {
    return submissionsOf(await this.#registry.prepared(), filter);
  }

  /** What one run of a workflow was given; undefined when the workflow has no such run. */
  async submission(id: string, workflow: string): Promise<Submission | undefined> {
    return submissionOf(await this.#registry.prepared(), id, workflow);
  }

  /** Where the newest state of a run lies, for who only looks; undefined where nobody said. */
  async seenPointer(id: string): Promise<Json | undefined> {
    return readPointer(await this.#registry.prepared(), id);
  }

  /** Tells the database from others that share something with it, such as a store of artifacts; a copy of it has the same. */
  async identity(): Promise<string> {
    const [row] = await (await this.#registry.prepared()).query<{ id: string }>('SELECT id FROM codex_orch.identity');
    if (!row) throw new TypeError('The database has no identity.');
    return row.id;
  }

  /** The workers that are there, and those whose lease is over and whose runs nobody has taken over yet; the oldest first. */
  async workers(): Promise<readonly SeenWorker[]> {
    return seenWorkers(await this.#registry.prepared());
  }

  /** The runs that have not ended, or ended after a moment. */
  async runsSince(endedAfter: Date): Promise<readonly { readonly id: string; readonly workflow: string }[]> {
    return runsSince(await this.#registry.prepared(), endedAfter);
  }

  /** Everything that looks like a SHA-256 in what is recorded of runs, for who wants to know which artifacts they name. */
  async digestsIn(ids: readonly string[]): Promise<readonly string[]> {
    return digestsIn(await this.#registry.prepared(), ids);
  }
}
