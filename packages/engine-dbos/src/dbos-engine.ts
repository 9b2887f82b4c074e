import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import os from 'node:os';
import {
  describeFailure,
  type Engine,
  EngineStoppedError,
  type Failure,
  type Json,
  RunCancelledError,
  UnknownWorkflowError,
  Wakeups,
  type Workflow,
  type WorkflowInfo,
} from '@codex-orch/core';
import { Database } from './database/database.js';
import { outsideOfWorkflows } from './dbos-runtime.js';
import type { DbosEngineOptions, QueueLimits } from './engine-options.js';
import { EngineNotStartedError, LeaseLostError } from './errors.js';
import { FleetView } from './fleet/fleet-view.js';
import { forgetPointers } from './fleet/kept-runs.js';
import { Worker } from './fleet/worker.js';
import { type Claimant, takeOver } from './run/claims.js';
import { lostTo } from './run/lost.js';
import { Queues } from './run/queues.js';
import { RunFollower } from './run/run-follower.js';
import { RunPointer } from './run/run-pointer.js';
import { RunRegistry } from './run/run-registry.js';
import { aboutRun } from './run/run-rows.js';

/** What a run is submitted as. */
interface RunPlace {
  readonly id: string;
  readonly queue?: string | undefined;
}

/**
 * The engine port on DBOS and Postgres, for many machines.
 *
 * Without `start()` it submits, signals, cancels and follows; started, it also executes: what was started through it without a queue,
 * and the runs of the queues that it defined.
 */
export class DbosEngine extends FleetView implements Engine {
  /** Rejects when this process lost its lease; it then does nothing any more, and is to be stopped. */
  readonly lost: Promise<never>;
  readonly #options: DbosEngineOptions;
  readonly #claimant: Claimant;
  readonly #database: Database;
  readonly #registry: RunRegistry;
  readonly #queues: Queues;
  readonly #follower: RunFollower;
  readonly #workflows = new Map<string, Workflow<never>>();
  readonly #news = new Wakeups();
  /** Aborted with why this process does nothing any more. */
  readonly #stopping = new AbortController();
  #worker: Worker | undefined;
  #stopped: Promise<void> | undefined;

  /** Throws `DatabaseUrlError`. */
  constructor(options: DbosEngineOptions) {
    const { url, patienceMs, leaseMs = 15_000, version, replays = [], onNotice } = options;
    // Who would take its runs over by then is not to wait for its locks.
    const silentTransactionMs = Math.min(leaseMs, 10_000);
    const database = new Database({ url, patienceMs, silentTransactionMs, onWaiting: onNotice });
    const registry = new RunRegistry(database);
    super(registry);
    const executor = options.executor ?? `${os.hostname()}:${process.pid}`;
    this.#options = options;
    this.#claimant = {
      executor,
      launch: `${executor}/${randomUUID()}`,
      version,
      replays: [...new Set([version, ...replays])],
    };
    const { signal: stopping } = this.#stopping;
    // Whoever waits for a run listens to it.
    setMaxListeners(0, stopping);
    this.#database = database;
    this.#registry = registry;
    this.#queues = new Queues(registry);
    this.#follower = new RunFollower({
      registry,
      news: this.#news,
      hears: () => this.#worker !== undefined,
      stopping,
    });
    this.lost = new Promise((_resolve, reject) => {
      stopping.addEventListener('abort', () => {
        if (stopping.reason instanceof LeaseLostError) reject(stopping.reason);
      });
    });
    // Who does not ask need not hear.
    this.lost.catch(() => undefined);
  }

  /** The name of this worker. */
  get executor(): string {
    return this.#claimant.executor;
  }

  /** The database, for stores that share it. */
  get database(): Database {
    return this.#database;
  }

  register(...workflows: readonly Workflow<never>[]): void {
    for (const workflow of workflows) this.#workflows.set(workflow.name, workflow);
    this.#worker?.look();
  }

  /** Also makes this engine, once it is started, take runs of the queue. */
  defineQueue(name: string, limits: QueueLimits): void {
    this.#queues.define(name, limits).then(
      () => this.#worker?.look(),
      // Whoever submits is told.
      () => undefined,
    );
  }

  /**
   * Waits for the database, makes its tables where there are none, and begins to execute.
   *
   * Throws `ExecutorTakenError`, `SecondEngineError`, `DatabaseRefusedError`, `DatabaseTooNewError`, and `DatabaseDownError` when the
   * database was away for too long.
   */
  async start({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const { startTimeoutMs, leaseMs = 15_000, suspendAfterMs = 5000, takesOver = true, onNotice } = this.#options;
    await this.#database.answers({ timeoutMs: startTimeoutMs, signal });
    await this.#registry.rows();
    this.#worker = await Worker.start({
      database: this.#database,
      registry: this.#registry,
      queues: this.#queues,
      workflows: this.#workflows,
      follower: this.#follower,
      claimant: this.#claimant,
      news: this.#news,
      leaseMs,
      suspendAfterMs,
      takesOver,
      stopping: this.#stopping.signal,
      runChild: async (workflow, input, place, given) => {
        await outsideOfWorkflows(() => this.run(workflow, input, place));
        return this.#follower.result(place.id, given);
      },
      onNotice,
      onNews: (about) => {
        this.#hear(about);
      },
      onLost: (error) => {
        this.#stopping.abort(error);
      },
    });
    this.#worker.look();
  }

  #hear(about: string | undefined): void {
    if (this.#stopping.signal.aborted) return;
    this.#worker?.hear(about);
    this.#news.wake();
  }

  async run<I extends Json>(workflow: Workflow<I>, input: I, place: RunPlace): Promise<void> {
    this.register(workflow);
    await this.submit(workflow.name, input, place);
    await this.resume(place.id);
  }

  /** Makes a run known by the name of its workflow alone: where it is submitted, its code need not be. */
  async submit(workflow: string, input: Json, { id, queue }: RunPlace): Promise<void> {
    const rows = await this.#registry.rows();
    await this.#queues.assertKnown(queue);
    await rows.submit({ id, workflow, input, queue });
  }

  async resume(id: string): Promise<void> {
    const rows = await this.#registry.rows();
    const { phase, queue, workflow } = await rows.get(id);
    if (phase === 'ended' || phase === 'held' || (phase === 'queued' && queue !== null)) return;
    this.#follower.goesOn(id);
    if (queue !== null) {
      await rows.requeue(id);
      return;
    }
    if (!this.#worker) throw new EngineNotStartedError(id);
    if (!this.#workflows.has(workflow)) throw new UnknownWorkflowError(id, workflow);
    await this.#worker.take(id);
  }

  async result(id: string): Promise<Json | undefined> {
    return this.#follower.result(id);
  }

  async settled(id: string): Promise<WorkflowInfo> {
    return this.#follower.settled(id);
  }

  async signal(id: string, name: string, payload: Json, key: string = randomUUID()): Promise<void> {
    await (await this.#registry.rows()).signal(id, name, payload, key);
    this.#hear(aboutRun(id));
  }

  /** A run that nobody executes ends at once, with that failure; whoever executes one says itself how it ended. */
  async cancel(
    id: string,
    failure: Failure = describeFailure(new RunCancelledError(id), 'run-cancelled'),
  ): Promise<void> {
    await (await this.#registry.rows()).cancel(id, failure);
    this.#worker?.executions.find(id)?.execution?.cancel();
  }

  /**
   * Puts the runs of workers whose lease is over back into their queues, as any worker does in time; needed where none is there that
   * would. Resolves with the executors that were found dead.
   */
  async takeOver(): Promise<readonly string[]> {
    return takeOver(await this.#registry.prepared(), this.#claimant.launch);
  }

  /** Forgets where the newest state of runs lies that ended before a moment, but for these: it is about to be removed. */
  async forgetPointers(endedBefore: Date, but: readonly string[]): Promise<void> {
    await forgetPointers(await this.#registry.prepared(), endedBefore, but);
  }

  /**
   * Where the newest state of a run lies that this process executes. To be asked for by what the run itself does: it stays bound to
   * this execution, and is of no use to a later one. Throws `LeaseLostError` when the run is not executed here.
   */
  pointerOf(id: string): RunPointer {
    const run = this.#worker?.executions.find(id);
    if (!run) throw lostTo({ id, executor: this.executor });
    return new RunPointer(this.#database, run.claim);
  }

  /**
   * Says whether a run that is executed here keeps its place in the queue while it waits, however long: what it goes on with is here
   * alone. It holds until the opposite is said.
   */
  stay(id: string, stays: boolean): void {
    this.#worker?.executions.find(id)?.stay(stays);
  }

  /** Lets go of what it holds. Where the database does not answer for long, that is left to others, who see that its lease is over. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    await this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort(new EngineStoppedError());
    // Whoever lost its lease, or never had one, has nothing to say to the database; others are given time to let go of their runs.
    const { stopPatienceMs = 5000 } = this.#options;
    const isSilent = this.#stopping.signal.reason instanceof LeaseLostError || !this.#worker;
    this.#database.giveUpAfter(isSilent ? 0 : stopPatienceMs);
    await this.#worker?.[Symbol.asyncDispose]();
    await this.#queues.settled();
    await this.#registry[Symbol.asyncDispose]();
    await this.#database[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
