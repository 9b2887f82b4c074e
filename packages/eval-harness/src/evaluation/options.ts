import type { EvaluatedAsset } from '../asset/asset.js';
import type { CitedDocuments } from '../report/cited.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { Baseline, PairResult } from '../scenario/pair-result.js';
import type { Thresholds } from '../scenario/thresholds.js';
import type { PlacedTarget } from '../target/load-targets.js';
import type { TargetSource } from '../target/target-source.js';
import type { EvaluatedTemplate } from '../template/template.js';

/** What happens while an evaluation runs. */
export type EvaluationEvent =
  /** From now on it can be gone on with. */
  | { readonly type: 'begun'; readonly id: string }
  | { readonly type: 'target-preparing'; readonly target: string }
  | { readonly type: 'baseline'; readonly baseline: Baseline; readonly cached: boolean }
  | { readonly type: 'target-unusable'; readonly target: string; readonly message: string }
  | { readonly type: 'pair'; readonly result: PairResult };

export interface EvaluationOptions {
  /** Name of the evaluation and of its folder. One that was cut off goes on where it was. */
  readonly id: string;
  /** Folder that holds the folders of evaluations, e.g. `.runs/eval`. */
  readonly runsDir: string;
  /** Folder for tarballs, installations and results, by their hashes; `<runsDir>/cache` by default. */
  readonly cacheDir?: string | undefined;
  /** The scenario that these targets and assets are, if they are a whole one. */
  readonly scenario?: string | undefined;
  readonly targets: readonly PlacedTarget[];
  readonly assets: readonly EvaluatedAsset[];
  /** Judged by themselves; they change nothing of a target. */
  readonly templates?: readonly EvaluatedTemplate[] | undefined;
  readonly sandbox: Sandbox;
  /** npm's environment while targets are fetched and installed; their own scripts do not run then. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the tarballs of targets come from; npm's registry by default. */
  readonly source?: TargetSource | undefined;
  readonly thresholds?: Partial<Thresholds> | undefined;
  /** Targets worked on at the same time; 2 by default. */
  readonly parallel?: number | undefined;
  /** Whether results of earlier evaluations of the same things count; true by default. */
  readonly useCache?: boolean | undefined;
  /** How to run one pair again, as an argument array. */
  readonly reproduce?: ((target: string, asset: string) => readonly string[]) | undefined;
  /** How to go on with it once it was cut off, as an argument array; kept in its folder. */
  readonly resume?: readonly string[] | undefined;
  /** What was asked for, in a form that JSON can keep: kept in its folder for whoever goes on with it. */
  readonly asked?: Readonly<Record<string, unknown>> | undefined;
  /** Where results stand in `evaluation.sarif`; at the beginning of files of the usual names without it. */
  readonly documents?: CitedDocuments | undefined;
  readonly onEvent?: ((event: EvaluationEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}
