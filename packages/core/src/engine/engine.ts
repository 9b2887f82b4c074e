import type { Json } from './json.js';

/** What a step is given. */
export interface StepContext {
  /** Stable over retries and restarts: `<runId>:<sequence>:<name>`. Use it to make the effect idempotent. */
  readonly key: string;
  /** 1 on the first try; higher when an earlier try did not get to record its result. */
  readonly attempt: number;
  /** Aborted when the run is cancelled or the engine stops. */
  readonly signal: AbortSignal;
  /**
   * Resolves with the oldest payload of this signal that `accept` says yes to, whenever it was sent; rejects when `signal` or the
   * step's own aborts. Nothing is taken: a later attempt of the step sees the same signals again.
   */
  observe(
    name: string,
    accept: (payload: Json) => boolean,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Json>;
}

export interface StepOptions {
  /** Extra tries after a throw, with exponential backoff; 0 by default. */
  readonly retries?: number | undefined;
  /** First delay between tries in milliseconds; doubles each time. */
  readonly retryDelayMs?: number | undefined;
  /** Whether an error is worth another try; all are by default. */
  readonly isRetryable?: ((error: unknown) => boolean) | undefined;
  /** Whether `attempt` counts this try even after a power cut in the middle of it; a killed process is always counted. */
  readonly startIsDurable?: boolean | undefined;
}

/** The part of {@link Ctx} that work inside a scope has. */
export type StepCtx = Pick<Ctx, 'runId' | 'signal' | 'step'>;

/**
 * What a workflow may use. All that is not a pure function of its input and
 * of what these return belongs into a step: a workflow is run again from its
 * start after a crash, and recorded results are handed back in order.
 */
export interface Ctx {
  readonly runId: string;
  /** Whether an earlier execution recorded anything. */
  readonly isReplay: boolean;
  /** Aborted when the run is cancelled or the engine stops. */
  readonly signal: AbortSignal;
  /** Runs `fn` at least once and records its result exactly once. */
  step<T extends Json | undefined>(
    name: string,
    fn: (step: StepContext) => Promise<T>,
    options?: StepOptions,
  ): Promise<T>;
  /**
   * Runs `fn` with a context of its own and records its result: once it is recorded, neither `fn` nor the steps in it run
   * again. Before that, its steps are handed back one by one, so no part of a long piece of work is repeated.
   */
  scope<T extends Json | undefined>(name: string, fn: (ctx: StepCtx) => Promise<T>): Promise<T>;
  /** Starts another workflow (once) and waits for its result. */
  child<I extends Json, O extends Json | undefined>(
    workflow: Workflow<I, O>,
    input: I,
    options: { readonly id: string; readonly queue?: string | undefined },
  ): Promise<O>;
  /**
   * Waits for a signal, over restarts and days. With `timeoutMs`, resolves to `undefined` when it passes first.
   * With `fresh`, signals that arrived before the wait began do not count.
   */
  waitFor(
    signal: string,
    options?: { readonly timeoutMs?: number | undefined; readonly fresh?: boolean | undefined },
  ): Promise<Json | undefined>;
  /** Sleeps, over restarts. */
  sleep(ms: number): Promise<void>;
  /** The time of the first execution, in milliseconds since the epoch. */
  now(): Promise<number>;
  /** A random UUID, the same on replay. */
  uuid(): Promise<string>;
  /** Whether this run is to take the code path introduced under `id`: true for runs that reach it for the first time. */
  patched(id: string): Promise<boolean>;
}

/** A durable program. */
export interface Workflow<I extends Json = Json, O extends Json | undefined = Json | undefined> {
  readonly name: string;
  run(ctx: Ctx, input: I): Promise<O>;
}

/** `waiting`: nothing can happen before a signal arrives. */
export type WorkflowStatus = 'queued' | 'running' | 'waiting' | 'done' | 'failed' | 'cancelled';

export interface WorkflowInfo {
  readonly id: string;
  readonly workflow: string;
  readonly status: WorkflowStatus;
  /** Names of the signals that are waited for. */
  readonly waitingFor: readonly string[];
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

/** Runs workflows durably. Two implementations share one contract suite (`@codex-orch/core/testing`). */
export interface Engine extends AsyncDisposable {
  register(...workflows: readonly Workflow<never>[]): void;
  defineQueue(name: string, options: { readonly concurrency: number }): void;
  start(): Promise<void>;
  /** Stops executing and releases everything; unfinished runs stay resumable. */
  stop(): Promise<void>;
  /** Starts a run, or continues it when `id` is already known; resolves once that is durable. */
  run<I extends Json>(
    workflow: Workflow<I>,
    input: I,
    options: { readonly id: string; readonly queue?: string | undefined },
  ): Promise<void>;
  /** Continues a run that was interrupted or waits; its input and workflow are in the storage. Throws when the run or its workflow is unknown. */
  resume(id: string): Promise<void>;
  /** The run's result; rejects with the error it failed with. */
  result(id: string): Promise<Json | undefined>;
  /** Resolves when the run ended, or when it waits for a signal that nobody has sent; rejects when it was interrupted and stays resumable. */
  settled(id: string): Promise<WorkflowInfo>;
  /** Hands a payload to a run, durably. A repeated `key` is ignored. */
  signal(id: string, name: string, payload: Json, key?: string): Promise<void>;
  cancel(id: string): Promise<void>;
  list(filter?: { readonly status?: readonly WorkflowStatus[] | undefined }): Promise<readonly WorkflowInfo[]>;
  get(id: string): Promise<WorkflowInfo | undefined>;
}
