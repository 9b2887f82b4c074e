import type { Limits, Usage } from '@codex-orch/core';
import type { GoalVariant } from './goal-scenario.js';

/** One attempt at a goal, ready to be made. */
export interface GoalAttempt {
  readonly variant: GoalVariant;
  /** Counted from 1. */
  readonly repetition: number;
  /** In the words of the variant. */
  readonly goal: string;
  /** The target as a clean git repository of one commit, with what its tests need installed and ignored. */
  readonly checkout: string;
  /** What the tester runs. */
  readonly testCommands: readonly (readonly string[])[];
  readonly limits: { readonly [K in keyof Limits]?: Limits[K] | undefined };
  /** Absolute path of the cassette that answers in place of a model; undefined for a live one. */
  readonly cassette: string | undefined;
  /** Of which nothing that the goal runs may read anything: hidden tests, cassettes, and what other attempts made. Absolute. */
  readonly secret: readonly string[];
  /** A folder outside of those for what the runner needs itself; removed when the attempt has been scored. */
  readonly scratch: string;
  /** Where the runner leaves what people may want to look at. It does not exist yet. */
  readonly record: string;
  readonly signal?: AbortSignal | undefined;
}

/** How an attempt went, before anybody judged it. */
export interface GoalOutcome {
  readonly runId: string;
  /** Where the goal stands. `awaiting-approval` is as far as it gets, as nobody is there to approve. */
  readonly state: string;
  readonly end: { readonly code: string; readonly message: string } | null;
  /** Why the provider of the model let the work down: its answers, and nothing of the work, are what was missing. */
  readonly outage?: string | undefined;
  /** `git diff --binary` of the work against the checkout; null where nothing was changed. */
  readonly patch: Uint8Array | null;
  /** For people: what answered, and the name of the model that was asked for. */
  readonly model: { readonly label: string; readonly name: string | null };
  readonly codex: { readonly version: string; readonly driver: string } | null;
  readonly usage: Usage;
  /** How often work was sent back to the builder, and to the planner. */
  readonly revisions: number;
  readonly replans: number;
  /** New findings of lint rules in what was changed; null where none ran. */
  readonly findings: number | null;
  /** Requests that the cassette had no answer to, and those that it answered although they differ; null for a live model. */
  readonly replay: { readonly misses: number; readonly loose: number } | null;
}

/** Works on goals. The harness knows no more of it, so that another orchestrator can be compared by the same scenarios. */
export interface GoalRunner {
  /** Of all on its side that an outcome depends on, such as the version of Codex. */
  readonly digest: string;
  run(attempt: GoalAttempt): Promise<GoalOutcome>;
}
