import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ctx, StepContext, StepCtx, StepOptions, Workflow } from '../engine.js';
import { describeFailure, interruptsRun } from '../../errors/failure.js';
import type { Json } from '../json.js';
import { EngineStoppedError, NonDeterministicWorkflowError, RecordedError, RunCancelledError } from '../errors.js';
import { Wakeups } from '../wakeups.js';
import type { Outcome } from './entries.js';
import type { Journal } from './journal.js';
import { elapsedSince, machineMoment } from './machine-clock.js';

/** What an execution needs from the engine that hosts it. */
export interface ExecutionHost {
  runChild(
    workflow: Workflow<never>,
    input: Json,
    options: { id: string; queue?: string | undefined },
  ): Promise<Json | undefined>;
  /** Called when nothing can happen before a signal arrives, with the signals' names. */
  parked(waitingFor: readonly string[]): void;
  /** Called when that is over. */
  unparked(): void;
}

const unwrap = (outcome: Outcome): Json | undefined => {
  if (outcome.ok) return outcome.value;
  throw new RecordedError(outcome.error);
};

/** Numbers the operations of a workflow, or of a scope in it. */
interface Frame {
  readonly prefix: string;
  next: number;
}

/** One run of a workflow function over its journal. */
export class Execution implements Ctx {
  readonly runId: string;
  readonly isReplay: boolean;
  readonly #journal: Journal;
  readonly #host: ExecutionHost;
  readonly #abort = new AbortController();
  /** The lines of the signals that were taken. */
  readonly #taken = new Set<number>();
  readonly #wakeups = new Wakeups();
  readonly #waiting = new Map<string, string>();
  readonly #top: Frame = { prefix: '', next: 0 };
  #busy = 0;
  #timers = 0;
  #isParked = false;

  constructor(runId: string, journal: Journal, host: ExecutionHost) {
    this.runId = runId;
    this.isReplay = journal.view.results.size > 0;
    this.#journal = journal;
    this.#host = host;
    if (journal.view.cancelled) this.#abort.abort(new RunCancelledError(runId));
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  cancel(): void {
    this.#abort.abort(new RunCancelledError(this.runId));
  }

  stop(): void {
    this.#abort.abort(new EngineStoppedError());
  }

  /** A signal arrived in the journal. */
  wake(): void {
    this.#wakeups.wake();
  }

  /** The next operation's number, and its recorded outcome when it has one. */
  #begin(name: string, frame = this.#top): { op: string; recorded: Outcome | undefined; took?: number | undefined } {
    const op = `${frame.prefix}${frame.next}`;
    frame.next += 1;
    const recorded = this.#journal.view.results.get(op);
    if (recorded && recorded.name !== name)
      throw new NonDeterministicWorkflowError(this.runId, op, recorded.name, name);
    if (!recorded) this.signal.throwIfAborted();
    return { op, recorded: recorded?.outcome, took: recorded?.took };
  }

  async #record(op: string, name: string, outcome: Outcome, took?: number): Promise<void> {
    await this.#journal.record({
      type: 'result',
      data: { op, name, outcome, ...(took === undefined ? {} : { took }) },
    });
  }

  step<T extends Json | undefined>(
    name: string,
    fn: (step: StepContext) => Promise<T>,
    options: StepOptions = {},
  ): Promise<T> {
    return this.#step(this.#top, name, fn, options);
  }

  async #step<T extends Json | undefined>(
    frame: Frame,
    name: string,
    fn: (step: StepContext) => Promise<T>,
    options: StepOptions,
  ): Promise<T> {
    const { op, recorded } = this.#begin(name, frame);
    if (recorded) return unwrap(recorded) as T;
    this.#busy += 1;
    try {
      const outcome = await this.#attempts(op, name, fn, options);
      await this.#record(op, name, outcome);
      return unwrap(outcome) as T;
    } finally {
      this.#busy -= 1;
      this.#noticeIfParked();
    }
  }

  async scope<T extends Json | undefined>(name: string, fn: (ctx: StepCtx) => Promise<T>): Promise<T> {
    const { op, recorded } = this.#begin(name);
    if (recorded) return unwrap(recorded) as T;
    const inner: Frame = { prefix: `${op}.`, next: 0 };
    const { runId, signal } = this;
    this.#busy += 1;
    try {
      const value = await fn({
        runId,
        signal,
        step: (stepName, work, options = {}) => this.#step(inner, stepName, work, options),
      });
      await this.#record(
        op,
        name,
        value === undefined ? { ok: true } : { ok: true, value: JSON.parse(JSON.stringify(value)) as Json },
      );
      return value;
    } catch (error) {
      this.signal.throwIfAborted();
      if (interruptsRun(error)) throw error;
      await this.#record(op, name, { ok: false, error: describeFailure(error, 'step-failed') });
      throw error;
    } finally {
      this.#busy -= 1;
      this.#noticeIfParked();
    }
  }

  async #attempts(
    op: string,
    name: string,
    fn: (step: StepContext) => Promise<Json | undefined>,
    options: StepOptions,
  ): Promise<Outcome> {
    const { retries = 0, retryDelayMs = 1000, isRetryable = () => true, startIsDurable = false } = options;
    for (let tries = 0; ; tries += 1) {
      // It only counts attempts, so it costs a second fsync only where a power cut must not make one forgotten.
      await this.#journal.record({ type: 'attempt', data: { op, name } }, { durable: startIsDurable });
      const attempt = this.#journal.view.attempts.get(op) ?? 1;
      try {
        const value = await fn({
          key: `${this.runId}:${op}:${name}`,
          attempt,
          signal: this.signal,
          observe: (signalName, accept, how = {}) => this.#observe(signalName, accept, how.signal),
        });
        return value === undefined ? { ok: true } : { ok: true, value: JSON.parse(JSON.stringify(value)) as Json };
      } catch (error) {
        // What an abort did to a step says nothing about the step: it runs again on resume.
        this.signal.throwIfAborted();
        if (interruptsRun(error)) throw error;
        if (tries >= retries || !isRetryable(error)) return { ok: false, error: describeFailure(error, 'step-failed') };
        await delay(retryDelayMs * 2 ** tries, undefined, { signal: this.signal });
      }
    }
  }

  async child<I extends Json, O extends Json | undefined>(
    workflow: Workflow<I, O>,
    input: I,
    options: { readonly id: string; readonly queue?: string | undefined },
  ): Promise<O> {
    return this.step(`child:${workflow.name}`, () => this.#host.runChild(workflow, input, options)) as Promise<O>;
  }

  async waitFor(
    signalName: string,
    {
      timeoutMs,
      fresh = false,
    }: { readonly timeoutMs?: number | undefined; readonly fresh?: boolean | undefined } = {},
  ): Promise<Json | undefined> {
    const name = `wait:${signalName}`;
    const { op, recorded, took } = this.#begin(name);
    if (recorded) {
      if (took !== undefined) this.#taken.add(took);
      return unwrap(recorded);
    }
    if (fresh && !this.#journal.view.waits.has(op)) await this.#journal.record({ type: 'wait', data: { op, name } });
    const since = fresh ? (this.#journal.view.waits.get(op) ?? 0) : -1;
    const remaining = timeoutMs === undefined ? undefined : await this.#remaining(op, name, timeoutMs);
    this.#waiting.set(op, signalName);
    if (remaining !== undefined) this.#timers += 1;
    this.#noticeIfParked();
    let signal: { readonly seq: number; readonly payload: Json } | undefined;
    try {
      signal = await this.#wakeups.until(() => this.#take(signalName, since), {
        timeoutMs: remaining,
        signal: this.signal,
      });
    } finally {
      this.#waiting.delete(op);
      if (remaining !== undefined) this.#timers -= 1;
      if (this.#isParked) {
        this.#isParked = false;
        this.#host.unparked();
      }
    }
    await this.#record(op, name, signal ? { ok: true, value: signal.payload } : { ok: true }, signal?.seq);
    this.#noticeIfParked();
    return signal?.payload;
  }

  async #observe(name: string, accept: (payload: Json) => boolean, given?: AbortSignal): Promise<Json> {
    const signal = given ? AbortSignal.any([given, this.signal]) : this.signal;
    const seen = await this.#wakeups.until(
      () => this.#journal.view.signals.get(name)?.find(({ payload }) => accept(payload)),
      { signal },
    );
    // Without a time-out it ends with a payload or by the signal.
    return seen?.payload ?? null;
  }

  /** Takes the oldest signal of that name that nobody took, in the moment it is seen, so that two waits never get the same. */
  #take(name: string, since: number): { readonly seq: number; readonly payload: Json } | undefined {
    const signal = this.#journal.view.signals.get(name)?.find(({ seq }) => seq > since && !this.#taken.has(seq));
    if (signal) this.#taken.add(signal.seq);
    return signal;
  }

  async sleep(ms: number): Promise<void> {
    const { op, recorded } = this.#begin('sleep');
    if (recorded) return;
    this.#timers += 1;
    try {
      const timeoutMs = await this.#remaining(op, 'sleep', ms);
      await this.#wakeups.until(() => undefined, { timeoutMs, signal: this.signal });
    } finally {
      this.#timers -= 1;
    }
    await this.#record(op, 'sleep', { ok: true });
    this.#noticeIfParked();
  }

  now(): Promise<number> {
    return this.step('now', () => Promise.resolve(Date.now()));
  }

  uuid(): Promise<string> {
    return this.step('uuid', () => Promise.resolve(randomUUID()));
  }

  async patched(id: string): Promise<boolean> {
    const name = `patch:${id}`;
    const recorded = this.#journal.view.results.get(String(this.#top.next));
    // A run that went past this point before the patch existed has something else recorded here, and keeps its old path.
    if (recorded && recorded.name !== name) return false;
    return this.step(name, () => Promise.resolve(true));
  }

  /** What is left of a time-out: never more than the whole or less than nothing. */
  async #remaining(op: string, name: string, ms: number): Promise<number> {
    const timer = this.#journal.view.timers.get(op);
    if (!timer) {
      const { boot, uptimeMs } = machineMoment();
      await this.#journal.record({
        type: 'timer',
        data: { op, name, ms, uptimeMs, ...(boot === undefined ? {} : { boot }) },
      });
      return ms;
    }
    return Math.min(ms, Math.max(0, timer.ms - elapsedSince(timer, timer.startedAt)));
  }

  #noticeIfParked(): void {
    setImmediate(() => {
      if (this.#isParked || this.#busy > 0 || this.#timers > 0 || this.#waiting.size === 0) return;
      this.#isParked = true;
      this.#host.parked([...this.#waiting.values()]);
    });
  }
}
