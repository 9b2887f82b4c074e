import type { Sandbox } from '../sandbox/sandbox.js';
import type { PlacedTarget } from '../target/load-targets.js';
import type { TargetSource } from '../target/target-source.js';
import type { AttemptResult } from './attempt-result.js';
import type { GoalEvaluation } from './goal-evaluation.js';
import type { GoalRunner } from './goal-runner.js';
import type { LoadedGoalScenario } from './load-goal-scenario.js';

/** What happens while goals are evaluated. */
export type GoalEvaluationEvent =
  /** From now on it can be gone on with. */
  | { readonly type: 'begun'; readonly id: string }
  | { readonly type: 'target-preparing'; readonly target: string }
  | {
      readonly type: 'baseline';
      readonly baseline: GoalEvaluation['baseline'];
      readonly hidden: { readonly passed: number; readonly total: number };
    }
  | { readonly type: 'attempt-begins'; readonly variant: string; readonly repetition: number; readonly of: number }
  | { readonly type: 'attempt'; readonly result: AttemptResult; readonly of: number };

export interface GoalEvaluationOptions {
  /** Name of the evaluation and of its folder. One that was cut off goes on where it was. */
  readonly id: string;
  /** Folder that holds the folders of evaluations, e.g. `.runs/eval`. */
  readonly runsDir: string;
  /** As that of other evaluations; `<runsDir>/cache` by default. */
  readonly cacheDir?: string | undefined;
  /** Where goals are worked on, outside of all that they must not see. What is in it is removed with each attempt. */
  readonly attemptsDir: string;
  readonly loaded: LoadedGoalScenario;
  /** The target of the scenario. */
  readonly placed: PlacedTarget;
  readonly runner: GoalRunner;
  readonly sandbox: Sandbox;
  /** npm's environment while the target is fetched and installed. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its tarball comes from; npm's registry by default. */
  readonly source?: TargetSource | undefined;
  /** Names; all by default. */
  readonly variants?: readonly string[] | undefined;
  /** As the scenario says by default. */
  readonly repetitions?: number | undefined;
  /** Whether a live model answers, also where there is a cassette; false by default. */
  readonly live?: boolean | undefined;
  /** Attempts that are worked on at the same time; 1 by default. Their tests run one after the other. */
  readonly parallel?: number | undefined;
  /** Beside the files of the scenario and the evaluations: what no attempt may read. Absolute. */
  readonly secret?: readonly string[] | undefined;
  /** Whether results of earlier evaluations count; true by default. What a live model did never does. */
  readonly useCache?: boolean | undefined;
  /** How to run the attempts of a variant again, as an argument array. */
  readonly reproduce?: ((variant: string) => readonly string[]) | undefined;
  /** How to go on with it once it was cut off, as an argument array; kept in its folder. */
  readonly resume?: readonly string[] | undefined;
  /** What was asked for, in a form that JSON can keep: kept in its folder for whoever goes on with it. */
  readonly asked?: Readonly<Record<string, unknown>> | undefined;
  readonly onEvent?: ((event: GoalEvaluationEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}
