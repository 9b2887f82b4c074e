import { setTimeout as delay } from 'node:timers/promises';
import {
  describeFailure,
  EngineStoppedError,
  UnknownWorkflowError,
  type Wakeups,
  type Workflow,
} from '@codex-orch/core';
import type { Database } from '../database/database.js';
import { DbosRuntime } from '../dbos-runtime.js';
import { DatabaseFaultError, LeaseLostError, SuspendedError } from '../errors.js';
import type { Claim } from './claim.js';
import type { Claims } from './claims.js';
import { conclude } from './conclusion.js';
import { Execution, type ExecutionHost } from './execution.js';
import { HeldRun } from './held-run.js';
import type { RunFollower } from './run-follower.js';
import type { RunRegistry } from './run-registry.js';
import { aboutRun } from './run-rows.js';

export interface ExecutionsOptions {
  readonly database: Database;
  readonly registry: RunRegistry;
  readonly claims: Claims;
  readonly workflows: ReadonlyMap<string, Workflow<never>>;
  /** Told why runs stop here. */
  readonly follower: Pick<RunFollower, 'interrupted' | 'goesOn'>;
  /** Woken when a run is let go of. */
  readonly news: Wakeups;
  readonly runChild: ExecutionHost['runChild'];
  /** How long a run of a queue may wait before it leaves its place to others. */
  readonly suspendAfterMs: number;
  /** Aborted with why this process is to stop working; every execution is interrupted with it. */
  readonly stopping: AbortSignal;
}

const retryPauseMs = 1000;
const notBegun = 'DBOS could not begin it';

/** The runs that this process holds, from their claim until it has let go of them. */
export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #held = new Map<string, HeldRun>();
  #isLooking = false;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
    const { stopping } = options;
    stopping.addEventListener(
      'abort',
      () => {
        for (const { execution } of this.#held.values()) execution?.interrupt(stopping.reason as Error);
      },
      { once: true },
    );
  }

  find(id: string): HeldRun | undefined {
    return this.#held.get(id);
  }

  /** How many runs of a queue are held; of those without one when it is undefined. */
  countOf(queue: string | undefined): number {
    return [...this.#held.values()].filter(({ claim }) => claim.queue === queue).length;
  }

  /** Resolves when no run is held. */
  async none(): Promise<void> {
    const { signal } = new AbortController();
    await this.#options.news.until(() => (this.#held.size === 0 ? true : undefined), { signal });
  }

  /** To be called before DBOS begins them. */
  hold(claims: readonly Claim[]): void {
    for (const claim of claims) {
      this.#held.set(claim.id, new HeldRun(claim, this.#options.suspendAfterMs));
      this.#options.follower.goesOn(claim.id);
    }
  }

  /** Executes a run that is held, within the DBOS workflow of the run. What it throws would be nobody's but ours, so it throws nothing. */
  async execute(id: string): Promise<void> {
    const run = this.#held.get(id);
    if (!run) return;
    run.hasBegun = true;
    try {
      await this.#executeHeld(run);
    } catch (error) {
      await this.#giveUp(run.claim, error instanceof Error ? error : new EngineStoppedError());
    } finally {
      run.keepPlace();
      this.#held.delete(id);
      this.#options.news.wake();
    }
  }

  /** To be called when DBOS was told to begin them: it keeps to itself what it could not begin, and that goes back. */
  async giveBackUnbegun(claims: readonly Claim[]): Promise<void> {
    const unbegun = (): readonly Claim[] => claims.filter((claim) => this.#isUnbegun(claim));
    if (unbegun().length === 0) return;
    // Else it would be taken again at once, and again.
    await delay(retryPauseMs, undefined, { signal: this.#options.stopping }).catch(() => undefined);
    await Promise.all(unbegun().map((claim) => this.#giveBackUnbegun(claim)));
  }

  #isUnbegun(claim: Claim): boolean {
    const run = this.#held.get(claim.id);
    return run?.claim === claim && !run.hasBegun;
  }

  async #giveBackUnbegun(claim: Claim): Promise<void> {
    const { claims, follower, news } = this.#options;
    try {
      // Tried again, it would be refused again, by each worker in turn.
      const refusal = await claims.refusalOf(claim);
      const fault = new DatabaseFaultError(claim.id, refusal === undefined ? notBegun : `${notBegun}: ${refusal}`);
      if (claim.queue === undefined || refusal !== undefined) follower.interrupted(claim.id, fault);
      if (refusal === undefined) await claims.giveBack(claim, 0);
      else await claims.interrupt(claim, describeFailure(fault, 'interrupted'));
    } finally {
      this.#held.delete(claim.id);
      news.wake();
    }
  }

  async #executeHeld(run: HeldRun): Promise<void> {
    const { database, registry, claims, workflows, runChild, stopping } = this.#options;
    const { claim } = run;
    let saying: Promise<unknown> = Promise.resolve();
    const waits: ExecutionHost['waits'] = (signals, seen) => {
      // What stands in the database of it is for others to look at.
      saying = saying.then(() => claims.waits(claim, signals, seen)).catch(() => undefined);
      run.waits(signals.length > 0);
    };
    const isReplay = await DbosRuntime.hasRecorded(database, claim.id);
    const execution = new Execution(database, claim, { runChild, waits }, isReplay);
    run.execution = execution;
    if (stopping.aborted) execution.interrupt(stopping.reason as Error);
    const rows = await registry.rows();
    if ((await rows.get(claim.id)).cancel_requested) execution.cancel();
    await execution.inbox.look();
    const conclusion = await conclude(async () => {
      const workflow = workflows.get(claim.workflow);
      if (!workflow) throw new UnknownWorkflowError(claim.id, claim.workflow);
      return workflow.run(execution, (await rows.inputOf(claim.id)) as never);
    }, execution.signal);
    run.keepPlace();
    await saying;
    if (conclusion.status === 'interrupted') await this.#letGo(claim, execution, conclusion.reason);
    else await claims.end(claim, conclusion.status, conclusion.outcome);
  }

  async #giveUp(claim: Claim, reason: Error): Promise<void> {
    const { claims, follower } = this.#options;
    follower.interrupted(claim.id, reason);
    // Not ours any more, or the database was closed over it: its lease brings it to somebody else.
    if (reason instanceof LeaseLostError || reason instanceof EngineStoppedError) return;
    // Else nobody would go on with it, nor have its place, while this process lives.
    await claims.interrupt(claim, describeFailure(reason, 'interrupted')).catch(() => undefined);
  }

  async #letGo(claim: Claim, execution: Execution, reason: Error): Promise<void> {
    const { claims, follower } = this.#options;
    const isSuspended = reason instanceof SuspendedError;
    if (!isSuspended) follower.interrupted(claim.id, reason);
    if (reason instanceof LeaseLostError) return;
    if (isSuspended || reason instanceof EngineStoppedError) await claims.giveBack(claim, execution.inbox.seen);
    else await claims.interrupt(claim, describeFailure(reason, 'interrupted'));
  }

  /** Has executions see what came for them: those of one run when it is named in `about`, all when that is undefined. */
  attend(about: string | undefined): void {
    const attending = about === undefined ? this.#attendAll() : this.#attendOne(about);
    // What fails here is found by the next look.
    attending.catch(() => undefined);
  }

  async #attendOne(about: string): Promise<void> {
    for (const [id, { execution }] of this.#held) {
      if (about !== aboutRun(id) || !execution) continue;
      await Promise.all([execution.listens ? execution.wake() : undefined, this.#cancelWanted([id])]);
      return;
    }
  }

  async #attendAll(): Promise<void> {
    // While the database is away, one look waits for it, not one a second.
    if (this.#isLooking || this.#held.size === 0) return;
    this.#isLooking = true;
    try {
      const listening = [...this.#held.values()].filter(({ execution }) => execution?.listens);
      await Promise.allSettled([
        this.#cancelWanted([...this.#held.keys()]),
        ...listening.map(({ execution }) => execution?.wake()),
      ]);
    } finally {
      this.#isLooking = false;
    }
  }

  async #cancelWanted(ids: readonly string[]): Promise<void> {
    const rows = await this.#options.registry.rows();
    for (const id of await rows.toCancel(ids)) this.#held.get(id)?.execution?.cancel();
  }
}
