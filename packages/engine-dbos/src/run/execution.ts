import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Ctx,
  describeFailure,
  EngineStoppedError,
  interruptsRun,
  type Json,
  NonDeterministicWorkflowError,
  RunCancelledError,
  type StepContext,
  type StepCtx,
  type StepOptions,
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
import { type Outcome, succeeded, unwrap } from './outcome.js';

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
  readonly #waiting = new Map<string, string>();
  /** Waits that began and do not look for their signal yet: later ones of the same name let them go first. */
  readonly #approaching = new Map<number, string>();
  #lastWait = 0;
  #busy = 0;
  #timers = 0;
  #isParked = false;

  /** To be made within the DBOS workflow. */
  constructor(database: Database, claim: Claim, host: ExecutionHost, isReplay: boolean) {
    this.runId = claim.id;
    this.isReplay = isReplay;
    this.inbox = new Inbox(database, claim);
    this.#claim = claim;
    this.#host = host;
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
    this.#busy += 1;
    try {
      return await this.#inWorkflow(() => DBOS.runStep(unlessInterrupted, { name }));
    } catch (error) {
      throw fault ? fault.error : this.#explained(error, name);
    } finally {
      this.#busy -= 1;
      this.#noticeIfParked();
    }
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
    return unwrap(await this.#operation(name, (op) => this.#attempts(op, name, fn, options))) as T;
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
        if (recorded) return unwrap(recorded.outcome) as never;
        this.signal.throwIfAborted();
        const ended = await this.#attempts(inner, stepName, work, options);
        await this.#rows.recordScopedStep(inner, stepName, ended);
        return unwrap(ended) as never;
      };
      try {
        const value = await fn({ runId: this.runId, signal: this.signal, step });
        first = { value };
        return succeeded(value);
      } catch (error) {
        this.signal.throwIfAborted();
        if (interruptsRun(error)) throw error;
        first = { error };
        return { ok: false, error: describeFailure(error, 'step-failed') };
      }
    });
    if (first && 'error' in first) throw first.error;
    return first ? first.value : (unwrap(outcome) as T);
  }

  async #attempts(
    op: string,
    name: string,
    fn: (step: StepContext) => Promise<Json | undefined>,
    options: StepOptions,
  ): Promise<Outcome> {
    const { retries = 0, retryDelayMs = 1000, isRetryable = () => true, startIsDurable = false } = options;
    for (let tries = 0; ; tries += 1) {
      const attempt = await this.#rows.beginAttempt(op, { durable: startIsDurable });
      this.signal.throwIfAborted();
      try {
        return succeeded(
          await fn({
            key: `${this.runId}:${op}:${name}`,
            attempt,
            signal: this.signal,
            observe: (signalName, accept, how = {}) => this.#observe(signalName, accept, how.signal),
          }),
        );
      } catch (error) {
        // What an abort did to a step says nothing about the step: it runs again on resume.
        this.signal.throwIfAborted();
        if (interruptsRun(error)) throw error;
        if (tries >= retries || !isRetryable(error)) return { ok: false, error: describeFailure(error, 'step-failed') };
        await delay(retryDelayMs * 2 ** tries, undefined, { signal: this.signal }).catch(() => {
          throw this.signal.reason;
        });
      }
    }
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
        const signal = await this.#idly(op, take, { name, timeoutMs: remaining, rank });
        if (!signal) return { ok: true };
        await this.inbox.keep(signal, op);
        return { ok: true, value: signal.payload };
      });
      return unwrap(outcome);
    } finally {
      arrive();
    }
  }

  /** Waits for something that is no work. */
  async #idly<T>(
    op: string,
    ready: () => T | undefined,
    {
      name,
      timeoutMs,
      rank,
    }: {
      readonly name?: string | undefined;
      readonly timeoutMs: number | undefined;
      readonly rank?: number | undefined;
    },
  ): Promise<T | undefined> {
    if (name !== undefined) this.#waiting.set(op, name);
    if (timeoutMs !== undefined) this.#timers += 1;
    this.#busy -= 1;
    this.#noticeIfParked();
    try {
      return await this.#wakeups.until(ready, { timeoutMs, rank, signal: this.signal });
    } finally {
      this.#busy += 1;
      if (timeoutMs !== undefined) this.#timers -= 1;
      this.#waiting.delete(op);
      // Whoever is stopped while it waits goes on waiting.
      if (this.#isParked && !this.signal.aborted) {
        this.#isParked = false;
        this.#host.waits([], this.inbox.seen);
      }
    }
  }

  async #observe(name: string, accept: (payload: Json) => boolean, given?: AbortSignal): Promise<Json> {
    const signal = given ? AbortSignal.any([given, this.signal]) : this.signal;
    await this.inbox.look();
    const seen = await this.#wakeups.until(() => this.inbox.find(name, accept), { signal });
    // Without a time-out it ends with a payload or by the signal.
    return seen?.payload ?? null;
  }

  async sleep(ms: number): Promise<void> {
    await this.#operation('sleep', async (op) => {
      await this.#idly(op, () => undefined, { timeoutMs: await this.#rows.remaining(op, ms) });
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
    this.#busy += 1;
    try {
      return await this.#inWorkflow(() => DBOS.patch(id));
    } catch (error) {
      throw this.#explained(error, `patch:${id}`);
    } finally {
      this.#busy -= 1;
    }
  }

  #noticeIfParked(): void {
    setImmediate(() => {
      if (this.#isParked || this.#busy > 0 || this.#timers > 0 || this.#waiting.size === 0) return;
      this.#isParked = true;
      this.#host.waits([...this.#waiting.values()], this.inbox.seen);
    });
  }
}

/** DBOS tells the recorded name in its message only. */
function recordedIn(error: Error & { readonly stepID?: number }): [op: string, recorded: string] {
  return [String(error.stepID ?? '?'), /function (.*?) was recorded when/s.exec(error.message)?.[1] ?? '?'];
}
