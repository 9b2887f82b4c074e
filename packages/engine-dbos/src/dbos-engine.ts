import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import os from 'node:os';
import {
  describeFailure,
  type Engine,
  EngineStoppedError,
  faultOf,
  interruptsRun,
  type Json,
  RecordedError,
  RunCancelledError,
  UnknownQueueError,
  UnknownWorkflowError,
  Wakeups,
  type Workflow,
  type WorkflowInfo,
  type WorkflowStatus,
} from '@codex-orch/core';
import { DBOSClient } from '@dbos-inc/dbos-sdk';
import { Database } from './database/database.js';
import { prepareSchema, silentLogger } from './database/schema.js';
import { applicationName, DbosRuntime, outsideOfWorkflows } from './dbos-runtime.js';
import { EngineNotStartedError, LeaseLostError, SuspendedError } from './errors.js';
import { WorkerSession } from './fleet/worker-session.js';
import type { Claim } from './run/claim.js';
import { type Claimant, Claims } from './run/claims.js';
import { Execution } from './run/execution.js';
import { lostTo } from './run/lost.js';
import { type Outcome, outcomeSchema, succeeded, unwrap } from './run/outcome.js';
import { readPointer, RunPointer } from './run/run-pointer.js';
import { aboutRun, infoOf, type RunRow, RunRows } from './run/run-rows.js';
import {
  type SeenRun,
  seenRuns,
  type Submission,
  submissionOf,
  type SubmissionsFilter,
  submissionsOf,
} from './run/seen-runs.js';

export interface DbosEngineOptions {
  /** `postgresql://…`; its password is shown nowhere. */
  readonly url: string;
  /** The version of the workflows' code. Runs go on only where it, or a version in `replays`, began or continued them. */
  readonly version: string;
  /** Older versions whose runs this code can go on with, because its changes are guarded by `ctx.patched()`. */
  readonly replays?: readonly string[] | undefined;
  /** Unique among live workers; host and process id by default. */
  readonly executor?: string | undefined;
  /** How long this process may be silent before others take its runs, in milliseconds; 15,000 by default. */
  readonly leaseMs?: number | undefined;
  /** Whether runs of dead workers are taken over; they are by default. */
  readonly takesOver?: boolean | undefined;
  /** How long a queue's run may wait for a signal before it lets go of its place, in milliseconds; 5000 by default. */
  readonly suspendAfterMs?: number | undefined;
  /** How long `start` waits for a database that is away; without end by default. */
  readonly startTimeoutMs?: number | undefined;
  /** How long a statement waits for a database that is away; without end by default. */
  readonly patienceMs?: number | undefined;
  /** Told, in words that may be shown, what an operator wants to know: that it waits for the database, took over, lost its lease. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** Limits of a queue. */
export interface QueueLimits {
  /** Most runs at once over all workers. The last one who says it counts; without, there is no limit, or the one said before. */
  readonly concurrency?: number | undefined;
  /** Most runs at once in this process. */
  readonly perWorker?: number | undefined;
}

interface OpenRun {
  readonly claim: Claim;
  execution?: Execution;
  suspension?: NodeJS.Timeout | undefined;
  stays?: boolean;
}

/** What is not announced is looked for this often. */
const lookEveryMs = 1000;
const stopPatienceMs = 5000;

/**
 * The engine port on DBOS and Postgres, for many machines.
 *
 * Without `start()` it submits, signals, cancels and follows; started, it also executes: what was started through it without a queue,
 * and the runs of the queues that it defined.
 */
export class DbosEngine implements Engine {
  readonly #options: DbosEngineOptions;
  readonly #database: Database;
  readonly #claimant: Claimant;
  readonly #claims: Claims;
  readonly #workflows = new Map<string, Workflow<never>>();
  readonly #queues = new Map<string, QueueLimits>();
  readonly #open = new Map<string, OpenRun>();
  /** Why runs stopped here without an end: they stay resumable. */
  readonly #interrupted = new Map<string, Error>();
  readonly #news = new Wakeups();
  readonly #stopping = new AbortController();
  #rows: Promise<RunRows> | undefined;
  #client: DBOSClient | undefined;
  #queuesKept: Promise<unknown> = Promise.resolve();
  #runtime: DbosRuntime | undefined;
  #session: WorkerSession | undefined;
  #look: NodeJS.Timeout | undefined;
  #pumping: Promise<void> | undefined;
  #pumpAgain = false;
  #lost: ((error: Error) => void) | undefined;
  #stopped: Promise<void> | undefined;
  /** Rejects when this process lost its lease; it then does nothing any more, and is to be stopped. */
  readonly lost: Promise<never>;

  /** Throws `DatabaseUrlError`. */
  constructor(options: DbosEngineOptions) {
    this.#options = options;
    this.#database = new Database({
      url: options.url,
      patienceMs: options.patienceMs,
      onWaiting: options.onNotice,
    });
    // Whoever waits for a run listens to it.
    setMaxListeners(0, this.#stopping.signal);
    const executor = options.executor ?? `${os.hostname()}:${process.pid}`;
    this.#claimant = {
      executor,
      launch: `${executor}/${randomUUID()}`,
      version: options.version,
      replays: [...new Set([options.version, ...(options.replays ?? [])])],
    };
    this.#claims = new Claims(this.#database, this.#claimant);
    this.lost = new Promise((_resolve, reject) => {
      this.#lost = reject;
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
    this.#pump();
  }

  /** Also makes this engine, once it is started, take runs of the queue. */
  defineQueue(name: string, limits: QueueLimits): void {
    this.#queues.set(name, limits);
    this.#queuesKept = Promise.all([
      this.#queuesKept,
      this.#ready().then((rows) => rows.defineQueue(name, limits.concurrency)),
    ]);
    this.#queuesKept.then(
      () => {
        this.#pump();
      },
      () => undefined,
    );
  }

  /** Submits, and all else that needs no execution, wait for this. */
  #ready(): Promise<RunRows> {
    this.#rows ??= (async () => {
      await prepareSchema(this.#database);
      const client = await DBOSClient.create({
        systemDatabaseUrl: this.#database.url,
        systemDatabasePool: this.#database.pool,
        applicationName,
        logger: silentLogger,
      });
      this.#client = client;
      return new RunRows(this.#database, client);
    })();
    this.#rows.catch(() => {
      this.#rows = undefined;
    });
    return this.#rows;
  }

  /**
   * Waits for the database, makes its tables where there are none, and begins to execute.
   *
   * Throws `ExecutorTakenError`, `SecondEngineError`, `DatabaseRefusedError`, `DatabaseTooNewError`, and `DatabaseDownError` when the
   * database was away for too long.
   */
  async start({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const { startTimeoutMs, leaseMs = 15_000, takesOver = true, onNotice } = this.#options;
    await this.#database.answers({ timeoutMs: startTimeoutMs, signal });
    await this.#ready();
    this.#session = await WorkerSession.open({
      database: this.#database,
      claimant: this.#claimant,
      leaseMs,
      takesOver,
      onNews: (about) => {
        this.#hear(about);
      },
      onTakeOver: (executors) => {
        onNotice?.(`Took over the runs of ${executors.join(', ')}, which stopped answering.`);
        this.#pump();
      },
      onLost: (error) => {
        onNotice?.(error.message);
        this.#stopping.abort(error);
        for (const { execution } of this.#open.values()) execution?.interrupt(error);
        this.#lost?.(error);
      },
    });
    try {
      this.#runtime = await DbosRuntime.launch({
        database: this.#database,
        launch: this.#claimant.launch,
        version: this.#options.version,
        execute: (id) => this.#execute(id),
      });
    } catch (error) {
      await this.#session[Symbol.asyncDispose]();
      this.#session = undefined;
      throw error;
    }
    this.#look = setInterval(() => {
      this.#hear(undefined);
    }, lookEveryMs);
    this.#pump();
  }

  #hear(about: string | undefined): void {
    if (this.#stopping.signal.aborted) return;
    for (const [id, { execution }] of this.#open) {
      if (about !== undefined && about !== aboutRun(id)) continue;
      if (execution) void this.#attend(id, execution, about !== undefined);
    }
    if (about === undefined || about.startsWith('queue')) this.#pump();
    this.#news.wake();
  }

  /** Sees whether an execution got a signal, or is to be cancelled. */
  async #attend(id: string, execution: Execution, wasNamed: boolean): Promise<void> {
    try {
      if (execution.listens) await execution.wake();
      if (!wasNamed && !execution.listens) return;
      const rows = await this.#ready();
      if ((await rows.find(id))?.cancel_requested) execution.cancel();
    } catch {
      // The next look finds it.
    }
  }

  /** Takes as many queued runs as there is room for. */
  #pump(): void {
    if (!this.#runtime || this.#stopping.signal.aborted) return;
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumping = this.#takeAll()
      .catch((error: unknown) => {
        // The next look tries again; whoever wonders why nothing begins is told.
        if (this.#stopping.signal.aborted) return;
        const why = error instanceof Error ? error.message : String(error);
        this.#options.onNotice?.(`Queued runs could not be taken: ${why}`);
      })
      .finally(() => {
        this.#pumping = undefined;
        if (!this.#pumpAgain) return;
        this.#pumpAgain = false;
        this.#pump();
      });
  }

  async #takeAll(): Promise<void> {
    const workflows = [...this.#workflows.keys()];
    const { takesOver = true } = this.#options;
    // Runs without a queue stand in line only after their worker died.
    for (const queue of [...this.#queues.keys(), ...(takesOver ? [null] : [])]) {
      const perWorker = queue === null ? Infinity : (this.#queues.get(queue)?.perWorker ?? Infinity);
      for (;;) {
        const mine = [...this.#open.values()].filter(({ claim }) => claim.queue === (queue ?? undefined)).length;
        if (this.#stopping.signal.aborted || perWorker - mine <= 0) break;
        const taken = await this.#claims.takeQueued({ workflows, queue, room: perWorker - mine });
        await this.#launch(taken);
        if (taken.length === 0) break;
      }
    }
  }

  async #launch(claims: readonly Claim[]): Promise<void> {
    const [first] = claims;
    if (!first) return;
    for (const claim of claims) {
      this.#open.set(claim.id, { claim });
      this.#interrupted.delete(claim.id);
    }
    await this.#runtime?.dispatch(
      claims.map(({ id }) => id),
      first.token,
    );
  }

  /** Runs within the DBOS workflow of the run; what it throws is nobody's but ours, so it throws nothing. */
  async #execute(id: string): Promise<void> {
    const run = this.#open.get(id);
    if (!run) return;
    const { claim } = run;
    const execution = new Execution(
      this.#database,
      claim,
      {
        runChild: async (workflow, input, options, signal) => {
          await outsideOfWorkflows(() => this.run(workflow, input, options));
          return this.#resultOf(options.id, signal);
        },
        waits: (signals, seen) => {
          waits = waits.then(() => this.#claims.waits(claim, signals, seen)).catch(() => undefined);
          this.#considerSuspension(run, signals.length > 0);
        },
      },
      await DbosRuntime.hasRecorded(this.#database, id),
    );
    let waits: Promise<unknown> = Promise.resolve();
    run.execution = execution;
    if (this.#stopping.signal.aborted) execution.interrupt(this.#stopping.signal.reason as Error);
    try {
      const rows = await this.#ready();
      if ((await rows.get(id)).cancel_requested) execution.cancel();
      await execution.inbox.look();
      const ended = await this.#outcomeOf(claim, execution);
      clearTimeout(run.suspension);
      await waits;
      if ('status' in ended) await this.#claims.end(claim, ended.status, ended.outcome);
      else await this.#letGo(claim, execution, ended.interruption);
    } catch (error) {
      // Not ours any more, or the database was closed over it: its lease brings it to somebody else.
      this.#interrupted.set(id, error instanceof Error ? error : new EngineStoppedError());
    } finally {
      clearTimeout(run.suspension);
      this.#open.delete(id);
      this.#news.wake();
      this.#pump();
    }
  }

  async #outcomeOf(
    claim: Claim,
    execution: Execution,
  ): Promise<
    { readonly status: 'done' | 'failed' | 'cancelled'; readonly outcome: Outcome } | { readonly interruption: Error }
  > {
    try {
      const workflow = this.#workflows.get(claim.workflow);
      if (!workflow) throw new UnknownWorkflowError(claim.id, claim.workflow);
      const input = await this.#inputOf(claim.id);
      return { status: 'done', outcome: succeeded(await workflow.run(execution, input as never)) };
    } catch (thrown) {
      const error = faultOf(thrown);
      const { aborted } = execution.signal;
      const reason: unknown = execution.signal.reason;
      const isCancelled = aborted && reason instanceof RunCancelledError;
      if (interruptsRun(error)) return { interruption: error as Error };
      if (aborted && !isCancelled) return { interruption: reason as Error };
      const failure = describeFailure(isCancelled ? reason : error, 'workflow-failed');
      return { status: isCancelled ? 'cancelled' : 'failed', outcome: { ok: false, error: failure } };
    }
  }

  async #inputOf(id: string): Promise<Json> {
    const [row] = await this.#database.query<{ input: Json }>('SELECT input FROM codex_orch.runs WHERE id = $1', [id]);
    return row?.input ?? null;
  }

  async #letGo(claim: Claim, execution: Execution, interruption: Error): Promise<void> {
    if (!(interruption instanceof SuspendedError)) this.#interrupted.set(claim.id, interruption);
    if (interruption instanceof LeaseLostError) return;
    const isOurs = interruption instanceof SuspendedError || interruption instanceof EngineStoppedError;
    if (isOurs) await this.#claims.giveBack(claim, execution.inbox.seen);
    else await this.#claims.interrupt(claim, describeFailure(interruption, 'interrupted'));
  }

  #considerSuspension(run: OpenRun, isWaiting: boolean): void {
    clearTimeout(run.suspension);
    if (!isWaiting || run.stays || run.claim.queue === undefined) return;
    run.suspension = setTimeout(() => {
      run.execution?.interrupt(new SuspendedError(run.claim.id));
    }, this.#options.suspendAfterMs ?? 5000);
  }

  async run<I extends Json>(
    workflow: Workflow<I>,
    input: I,
    { id, queue }: { readonly id: string; readonly queue?: string | undefined },
  ): Promise<void> {
    this.register(workflow);
    await this.submit(workflow.name, input, { id, queue });
    await this.resume(id);
  }

  /** Makes a run known by the name of its workflow alone: where it is submitted, its code need not be. */
  async submit(
    workflow: string,
    input: Json,
    { id, queue }: { readonly id: string; readonly queue?: string | undefined },
  ): Promise<void> {
    const rows = await this.#ready();
    await this.#queuesKept;
    if (queue !== undefined && !this.#queues.has(queue) && !(await rows.knowsQueue(queue)))
      throw new UnknownQueueError(queue);
    await rows.submit({ id, workflow, input, queue });
  }

  async resume(id: string): Promise<void> {
    const rows = await this.#ready();
    const { phase, queue, workflow } = await rows.get(id);
    if (phase === 'ended' || phase === 'held' || (phase === 'queued' && queue !== null)) return;
    this.#interrupted.delete(id);
    if (queue !== null) {
      await rows.requeue(id);
      return;
    }
    if (!this.#runtime) throw new EngineNotStartedError(id);
    if (!this.#workflows.has(workflow)) throw new UnknownWorkflowError(id, workflow);
    const claim = await this.#claims.take(id);
    if (claim) await this.#launch([claim]);
  }

  async result(id: string): Promise<Json | undefined> {
    return this.#resultOf(id, this.#stopping.signal);
  }

  async #resultOf(id: string, signal: AbortSignal): Promise<Json | undefined> {
    const row = await this.#until(id, signal, ({ phase }) => phase === 'ended');
    return unwrap(outcomeSchema.parse(row.outcome));
  }

  async settled(id: string): Promise<WorkflowInfo> {
    return infoOf(
      await this.#until(id, this.#stopping.signal, ({ phase, status }) => phase === 'ended' || status === 'waiting'),
    );
  }

  /** Resolves with the run as soon as it is so; rejects when nobody executes it and nobody will. */
  async #until(id: string, signal: AbortSignal, isSo: (row: RunRow) => boolean): Promise<RunRow> {
    const rows = await this.#ready();
    for (;;) {
      let news = false;
      const heard = this.#news.until(() => (news ? true : ((news = true), undefined)), {
        timeoutMs: this.#session ? lookEveryMs : lookEveryMs / 4,
        signal,
      });
      heard.catch(() => undefined);
      const row = await rows.get(id);
      if (isSo(row)) return row;
      if (row.phase === 'released') throw this.#interruptionOf(row);
      await heard;
    }
  }

  #interruptionOf({ id, interruption }: RunRow): Error {
    const known = this.#interrupted.get(id);
    if (known) return known;
    return interruption ? new InterruptedRunError(interruption) : new EngineStoppedError();
  }

  async signal(id: string, name: string, payload: Json, key: string = randomUUID()): Promise<void> {
    await (await this.#ready()).signal(id, name, payload, key);
    this.#hear(aboutRun(id));
  }

  /** The payloads that were sent under a name, whether or not the run has seen them. */
  async sent(id: string, name: string): Promise<readonly Json[]> {
    return (await this.#ready()).sent(id, name);
  }

  /** Runs that stand in a queue, and that no live worker can go on with: they were begun with a version that none of them replays. */
  async stranded(): Promise<readonly { readonly id: string; readonly version: string }[]> {
    return (await this.#ready()).stranded();
  }

  /** How runs stand, in one look at all, each with the newest payload of a signal. Those that nobody knows are left out. */
  async seen(ids: readonly string[], signal: string): Promise<readonly SeenRun[]> {
    await this.#ready();
    return seenRuns(this.#database, ids, signal);
  }

  /** What was given to a workflow in a queue, the oldest first. */
  async submissions(filter: SubmissionsFilter): Promise<readonly Submission[]> {
    await this.#ready();
    return submissionsOf(this.#database, filter);
  }

  /** What one run of a workflow was given; undefined when the workflow has no such run. */
  async submission(id: string, workflow: string): Promise<Submission | undefined> {
    await this.#ready();
    return submissionOf(this.#database, id, workflow);
  }

  /** Where the newest state of a run lies, for who only looks; undefined where nobody said. */
  async seenPointer(id: string): Promise<Json | undefined> {
    await this.#ready();
    return readPointer(this.#database, id);
  }

  /**
   * Where the newest state of a run lies that this process executes. To be asked for by what the run itself does: it stays bound to
   * this execution, and is of no use to a later one. Throws `LeaseLostError` when the run is not executed here.
   */
  pointerOf(id: string): RunPointer {
    const run = this.#open.get(id);
    if (!run) throw lostTo({ id, executor: this.executor });
    return new RunPointer(this.#database, run.claim);
  }

  /**
   * Says whether a run that is executed here keeps its place in the queue while it waits, however long: what it goes on with is here
   * alone. It holds until the opposite is said.
   */
  stay(id: string, stays: boolean): void {
    const run = this.#open.get(id);
    if (!run) return;
    run.stays = stays;
    if (stays) clearTimeout(run.suspension);
  }

  async cancel(id: string): Promise<void> {
    await (await this.#ready()).cancel(id, describeFailure(new RunCancelledError(id), 'run-cancelled'));
    this.#open.get(id)?.execution?.cancel();
  }

  async get(id: string): Promise<WorkflowInfo | undefined> {
    const row = await (await this.#ready()).find(id);
    return row && infoOf(row);
  }

  async list({ status }: { readonly status?: readonly WorkflowStatus[] | undefined } = {}): Promise<
    readonly WorkflowInfo[]
  > {
    const infos = (await (await this.#ready()).list()).map(infoOf);
    return infos.filter((info) => !status || status.includes(info.status));
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    await this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort(this.#stopping.signal.aborted ? undefined : new EngineStoppedError());
    clearInterval(this.#look);
    await this.#pumping;
    // Whoever lost its lease, or never got one, has nothing to say to the database.
    const isSilent =
      this.#stopping.signal.reason instanceof LeaseLostError || (!this.#runtime && this.#open.size === 0);
    this.#database.giveUpAfter(isSilent ? 0 : stopPatienceMs);
    await this.#pumping;
    for (const { execution } of this.#open.values()) execution?.interrupt();
    while (this.#open.size > 0)
      await this.#news.until(() => (this.#open.size === 0 ? true : undefined), {
        signal: new AbortController().signal,
      });
    await this.#runtime?.[Symbol.asyncDispose]();
    await this.#session?.[Symbol.asyncDispose]();
    await this.#rows?.catch(() => undefined);
    await this.#queuesKept.catch(() => undefined);
    await this.#client?.destroy();
    await this.#database[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Why a run stopped on another machine without an end, told here. */
export class InterruptedRunError extends RecordedError {
  override readonly interrupts = true;
}
