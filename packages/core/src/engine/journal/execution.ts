import { randomUUID } from 'node:crypto';
import { attemptStep } from '../attempt-step.js';
import type { Ctx, StepContext, StepCtx, StepOptions, Workflow } from '../engine.js';
import type { Json } from '../json.js';
import { EngineStoppedError, NonDeterministicWorkflowError, RunCancelledError } from '../errors.js';
import { type Outcome, outcomeOf, outcomeOfThrown, unwrapOutcome } from '../outcome.js';
import { Parking, type ParkingHost } from '../parking.js';
import { Wakeups } from '../wakeups.js';
import type { Journal } from './journal.js';
import { elapsedSince, machineMoment } from './machine-clock.js';

/** What an execution needs from the engine that hosts it. */
export interface ExecutionHost extends ParkingHost {
  runChild(
    workflow: Workflow<never>,
    input: Json,
    options: { id: string; queue?: string | undefined },
  ): Promise<Json | undefined>;
}

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
  readonly #parking: Parking;
  readonly #top: Frame = { prefix: '', next: 0 };

  constructor(runId: string, journal: Journal, host: ExecutionHost) {
    this.runId = runId;
    this.isReplay = journal.view.results.size > 0;
    this.#journal = journal;
    this.#host = host;
    this.#parking = new Parking(host);
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
    if (recorded) return unwrapOutcome(recorded) as T;
    return this.#parking.work(async () => {
      const outcome = await this.#attempts(op, name, fn, options);
      await this.#record(op, name, outcome);
      return unwrapOutcome(outcome) as T;
    });
  }

  async scope<T extends Json | undefined>(name: string, fn: (ctx: StepCtx) => Promise<T>): Promise<T> {
    const { op, recorded } = this.#begin(name);
    if (recorded) return unwrapOutcome(recorded) as T;
    const inner: Frame = { prefix: `${op}.`, next: 0 };
    const { runId, signal } = this;
    return this.#parking.work(async () => {
      try {
        const value = await fn({
          runId,
          signal,
          step: (stepName, work, options = {}) => this.#step(inner, stepName, work, options),
        });
        await this.#record(op, name, outcomeOf(value));
        return value;
      } catch (error) {
        await this.#record(op, name, outcomeOfThrown(error, signal));
        throw error;
      }
    });
  }

  #attempts(
    op: string,
    name: string,
    fn: (step: StepContext) => Promise<Json | undefined>,
    options: StepOptions,
  ): Promise<Outcome> {
    const { runId, signal } = this;
    const begin = async ({ durable }: { readonly durable: boolean }): Promise<number> => {
      // It only counts attempts, so it costs a second fsync only where a power cut must not make one forgotten.
      await this.#journal.record({ type: 'attempt', data: { op, name } }, { durable });
      return this.#journal.view.attempts.get(op) ?? 1;
    };
    return attemptStep({ runId, op, name, signal, begin, observe: this.#observe }, fn, options);
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
      return unwrapOutcome(recorded);
    }
    return this.#parking.work(async () => {
      if (fresh && !this.#journal.view.waits.has(op)) await this.#journal.record({ type: 'wait', data: { op, name } });
      const since = fresh ? (this.#journal.view.waits.get(op) ?? 0) : -1;
      const remaining = timeoutMs === undefined ? undefined : await this.#remaining(op, name, timeoutMs);
      const signal = await this.#parking.idle({ signal: signalName, isTimed: remaining !== undefined }, () =>
        this.#wakeups.until(() => this.#take(signalName, since), { timeoutMs: remaining, signal: this.signal }),
      );
      await this.#record(op, name, signal ? { ok: true, value: signal.payload } : { ok: true }, signal?.seq);
      return signal?.payload;
    });
  }

  #observe: StepContext['observe'] = async (name, accept, { signal: given } = {}) => {
    const signal = given ? AbortSignal.any([given, this.signal]) : this.signal;
    const seen = await this.#wakeups.until(
      () => this.#journal.view.signals.get(name)?.find(({ payload }) => accept(payload)),
      { signal },
    );
    // Without a time-out it ends with a payload or by the signal.
    return seen?.payload ?? null;
  };

  /** Takes the oldest signal of that name that nobody took, in the moment it is seen, so that two waits never get the same. */
  #take(name: string, since: number): { readonly seq: number; readonly payload: Json } | undefined {
    const signal = this.#journal.view.signals.get(name)?.find(({ seq }) => seq > since && !this.#taken.has(seq));
    if (signal) this.#taken.add(signal.seq);
    return signal;
  }

  async sleep(ms: number): Promise<void> {
    const { op, recorded } = this.#begin('sleep');
    if (recorded) return;
    await this.#parking.work(async () => {
      const timeoutMs = await this.#remaining(op, 'sleep', ms);
      await this.#parking.idle({ isTimed: true }, () =>
        this.#wakeups.until(() => undefined, { timeoutMs, signal: this.signal }),
      );
      await this.#record(op, 'sleep', { ok: true });
    });
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
}
