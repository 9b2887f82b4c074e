import { AsyncLocalStorage } from 'node:async_hooks';
import {
  attemptStep,
  type Ctx,
  EngineStoppedError,
  type Json,
  NonDeterministicWorkflowError,
  type Outcome,
  outcomeOf,
  outcomeOfThrown,
  Parking,
  RunCancelledError,
  type StepContext,
  type StepCtx,
  type StepOptions,
  unwrapOutcome,
  Wakeups,
  type Workflow,
} from '@codex-orch/core';
import { DBOS, DBOSStepNondeterminismError, DBOSWorkflowConflictError, Error as DbosError } from '@dbos-inc/dbos-sdk';
import type { Database } from '../database/database.js';
import { DatabaseFaultError } from '../errors.js';
import type { Claim } from './claim.js';
import { Inbox } from './inbox.js';
import { lostTo } from './lost.js';
import { OperationRows } from './operation-rows.js';

/** What an execution needs from the engine that hosts it. */
export interface ExecutionHost {
  runChild(
    workflow: Workflow<never>,
    input: Json,
    options: { readonly id: string; readonly queue?: string | undefined },
    signal: AbortSignal,
  ): Promise<Json | undefined>;
  /** Called when nothing can happen before a signal arrives, and when that is over: then with no names. */
  waits(signals: readonly string[], seen: number): void;
}

/**
 * One execution of a workflow function within a DBOS workflow.
 *
 * Each operation of the workflow is a step of DBOS, which records its outcome under the next number, while the execution owns the
 * run. What must not be recorded (an abort, a full disk) leaves the step as a lost ownership, the one error that DBOS does not record.
 */
export class Execution implements Ctx {
  readonly runId: string;
  readonly isReplay: boolean;
  readonly inbox: Inbox;
  readonly #claim: Claim;
  readonly #host: ExecutionHost;
  readonly #rows: OperationRows;
  readonly #abort = new AbortController();
  readonly #wakeups = new Wakeups();
  /** Puts code into the DBOS workflow, wherever it is called from. */
  readonly #inWorkflow = AsyncLocalStorage.snapshot();
  readonly #parking: Parking;
  /** Waits that began and do not look for their signal yet: later ones of the same name let them go first. */
  readonly #approaching = new Map<number, string>();
  #lastWait = 0;

  /** To be made within the DBOS workflow. */
  constructor(database: Database, claim: Claim, host: ExecutionHost, isReplay: boolean) {
    this.runId = claim.id;
    this.isReplay = isReplay;
    this.inbox = new Inbox(database, claim);
    this.#claim = claim;
    this.#host = host;
    this.#parking = new Parking({
      parked: (signals) => {
        host.waits(signals, this.inbox.seen);
      },
      unparked: () => {
        // Whoever is stopped while it waits goes on waiting.
        if (!this.signal.aborted) host.waits([], this.inbox.seen);
      },
    });
    this.#rows = new OperationRows(database, claim);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  cancel(): void {
    this.#abort.abort(new RunCancelledError(this.runId));
  }

  interrupt(reason: Error = new EngineStoppedError()): void {
    this.#abort.abort(reason);
  }

  /** Whether somebody looks out for signals. */
  get listens(): boolean {
    return !this.#wakeups.isIdle;
  }

  /** A signal may have arrived. */
  async wake(): Promise<void> {
    await this.inbox.look();
    this.#wakeups.wake();
  }

  async #operation(name: string, work: (op: string) => Promise<Outcome>): Promise<Outcome> {
    let fault: { readonly error: unknown } | undefined;
    const unlessInterrupted = async (): Promise<Outcome> => {
      try {
        this.signal.throwIfAborted();
        return await work(String(DBOS.stepID));
      } catch (error) {
        fault = { error };
        throw new DBOSWorkflowConflictError(this.runId);
      }
    };
    return this.#parking.work(async () => {
      try {
        return await this.#inWorkflow(() => DBOS.runStep(unlessInterrupted, { name }));
      } catch (error) {
        throw fault ? fault.error : this.#explained(error, name);
      }
    });
  }

  #explained(error: unknown, name: string): unknown {
    if (error instanceof DbosError.DBOSUnexpectedStepError)
      return new NonDeterministicWorkflowError(this.runId, ...recordedIn(error), name);
    if (this.signal.aborted) return this.signal.reason;
    if (
      error instanceof DBOSWorkflowConflictError ||
      error instanceof DBOSStepNondeterminismError ||
      error instanceof DbosError.DBOSWorkflowCancelledError
    ) {
      const lost = lostTo(this.#claim);
      this.interrupt(lost);
      return lost;
    }
    return new DatabaseFaultError(this.runId, error instanceof Error ? error.message : String(error), error);
  }

  async step<T extends Json | undefined>(
    name: string,
    fn: (step: StepContext) => Promise<T>,
    options: StepOptions = {},
  ): Promise<T> {
    return unwrapOutcome(await this.#operation(name, (op) => this.#attempts(op, name, fn, options))) as T;
  }

  async scope<T extends Json | undefined>(name: string, fn: (ctx: StepCtx) => Promise<T>): Promise<T> {
    let first: { readonly value: T } | { readonly error: unknown } | undefined;
    const outcome = await this.#operation(name, async (op) => {
      const finished = await this.#rows.scopedSteps(op);
      let next = 0;
      const step: StepCtx['step'] = async (stepName, work, options = {}) => {
        const inner = `${op}.${next++}`;
        const recorded = finished.get(inner);
        if (recorded && recorded.name !== stepName)
          throw new NonDeterministicWorkflowError(this.runId, inner, recorded.name, stepName);
        if (recorded) return unwrapOutcome(recorded.outcome) as never;
        this.signal.throwIfAborted();
        const ended = await this.#attempts(inner, stepName, work, options);
        await this.#rows.recordScopedStep(inner, stepName, ended);
        return unwrapOutcome(ended) as never;
      };
      try {
        const value = await fn({ runId: this.runId, signal: this.signal, step });
        first = { value };
        return outcomeOf(value);
      } catch (error) {
        const failure = outcomeOfThrown(error, this.signal);
        first = { error };
        return failure;
      }
    });
    if (first && 'error' in first) throw first.error;
    return first ? first.value : (unwrapOutcome(outcome) as T);
  }

  #attempts(
    op: string,
    name: string,
    fn: (step: StepContext) => Promise<Json | undefined>,
    options: StepOptions,
  ): Promise<Outcome> {
    const { runId, signal } = this;
    const begin = (how: { readonly durable: boolean }): Promise<number> => this.#rows.beginAttempt(op, how);
    return attemptStep({ runId, op, name, signal, begin, observe: this.#observe }, fn, options);
  }

  async child<I extends Json, O extends Json | undefined>(
    workflow: Workflow<I, O>,
    input: I,
    options: { readonly id: string; readonly queue?: string | undefined },
  ): Promise<O> {
    return this.step(`child:${workflow.name}`, () =>
      this.#host.runChild(workflow, input, options, this.signal),
    ) as Promise<O>;
  }

  async waitFor(
    name: string,
    {
      timeoutMs,
      fresh = false,
    }: { readonly timeoutMs?: number | undefined; readonly fresh?: boolean | undefined } = {},
  ): Promise<Json | undefined> {
    const rank = ++this.#lastWait;
    this.#approaching.set(rank, name);
    const arrive = (): void => {
      if (this.#approaching.delete(rank)) this.#wakeups.wake();
    };
    try {
      const outcome = await this.#operation(`wait:${name}`, async (op) => {
        const since = fresh ? await this.#rows.waitsSince(op) : 0;
        const remaining = timeoutMs === undefined ? undefined : await this.#rows.remaining(op, timeoutMs);
        await this.inbox.look();
        arrive();
        const isFirst = (): boolean =>
          ![...this.#approaching].some(([earlier, wanted]) => earlier < rank && wanted === name);
        const take = () => (isFirst() ? this.inbox.take(name, op, since) : undefined);
        const signal = await this.#parking.idle({ signal: name, isTimed: remaining !== undefined }, () =>
          this.#wakeups.until(take, { timeoutMs: remaining, rank, signal: this.signal }),
        );
        if (!signal) return { ok: true };
        await this.inbox.keep(signal, op);
        return { ok: true, value: signal.payload };
      });
      return unwrapOutcome(outcome);
    } finally {
      arrive();
    }
  }

  #observe: StepContext['observe'] = async (name, accept, { signal: given } = {}) => {
    const signal = given ? AbortSignal.any([given, this.signal]) : this.signal;
    await this.inbox.look();
    const seen = await this.#wakeups.until(() => this.inbox.find(name, accept), { signal });
    // Without a time-out it ends with a payload or by the signal.
    return seen?.payload ?? null;
  };

  async sleep(ms: number): Promise<void> {
    await this.#operation('sleep', async (op) => {
      const timeoutMs = await this.#rows.remaining(op, ms);
      await this.#parking.idle({ isTimed: true }, () =>
        this.#wakeups.until(() => undefined, { timeoutMs, signal: this.signal }),
      );
      return { ok: true };
    });
  }

  now(): Promise<number> {
    return this.step('now', () => this.#rows.now());
  }

  uuid(): Promise<string> {
    return this.step('uuid', () => Promise.resolve(crypto.randomUUID()));
  }

  async patched(id: string): Promise<boolean> {
    return this.#parking.work(async () => {
      try {
        return await this.#inWorkflow(() => DBOS.patch(id));
      } catch (error) {
        throw this.#explained(error, `patch:${id}`);
      }
    });
  }
}

/** DBOS tells the recorded name in its message only. */
function recordedIn(error: Error & { readonly stepID?: number }): [op: string, recorded: string] {
  return [String(error.stepID ?? '?'), /function (.*?) was recorded when/s.exec(error.message)?.[1] ?? '?'];
}
