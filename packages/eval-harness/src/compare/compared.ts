import type { Evaluation } from '../evaluation/evaluation.js';
import type { GoalEvaluation } from '../goal-scenario/goal-evaluation.js';

/** One of two evaluations that are compared, for people and programs to know which it was. */
export interface Compared {
  readonly id: string;
  readonly startedAt: string;
  readonly scenario: string | null;
  readonly node: string;
  /** Versions, by name. */
  readonly targets: Readonly<Record<string, string>>;
}

export interface ComparedAssets extends Compared {
  /** Versions, by id. */
  readonly assets: Readonly<Record<string, string>>;
  readonly pairs: number;
  readonly passed: number;
}

/** What was asked of a model in one variant, and who answered. */
export interface ComparedVariant {
  readonly variant: string;
  /** What answered, in words. */
  readonly model: string;
  /** The names that were asked for. */
  readonly modelNames: readonly string[];
  /** Of Codex, e.g. `exec 0.169.0`. */
  readonly drivers: readonly string[];
  /** The words of the goal. */
  readonly goal: string;
  readonly attempts: number;
  readonly passed: number;
}

export interface ComparedGoals extends Compared {
  readonly variants: readonly ComparedVariant[];
}

export const comparedAssets = (evaluation: Evaluation): ComparedAssets => {
  const { id, startedAt, scenario = null, environment, baselines, pairs, templates, totals } = evaluation;
  return {
    ...{ id, startedAt, scenario, node: environment.node },
    targets: Object.fromEntries(baselines.map(({ target, version }) => [target, version])),
    assets: Object.fromEntries([
      ...pairs
        .filter(({ kind }) => kind !== 'control')
        .map(({ asset, assetVersion }) => [asset, assetVersion] as const),
      ...templates.map(({ template, version }) => [template, version] as const),
    ]),
    ...{ pairs: totals.pairs, passed: totals.passed },
  };
};

export const comparedGoals = (evaluation: GoalEvaluation): ComparedGoals => {
  const { id, startedAt, title, environment, baseline, variants, attempts } = evaluation;
  return {
    ...{ id, startedAt, scenario: title, node: environment.node },
    targets: { [baseline.target]: baseline.version },
    variants: variants.map(({ variant, model, goal, attempts: judged, passed }) => {
      const own = attempts.filter((attempt) => attempt.variant === variant);
      const all = (words: readonly (string | null)[]): readonly string[] =>
        [...new Set(words.filter((word) => word !== null))].sort();
      return {
        ...{ variant, model, goal },
        modelNames: all(own.map((attempt) => attempt.model.name)),
        drivers: all(own.map(({ codex }) => codex && `${codex.driver} ${codex.version}`)),
        ...{ attempts: judged, passed },
      };
    }),
  };
};

/** What of the machine and the targets is another one, in words. */
export function whereWords(before: Compared, after: Compared): readonly string[] {
  const targets = versionChanges(before.targets, after.targets);
  return [
    ...(before.node === after.node ? [] : [`ran on Node ${after.node}, before on ${before.node}`]),
    ...targets.map(({ name, was, is }) => `are judged by ${name}@${is}, before by ${name}@${was}`),
  ];
}

/** What both have, in other versions. */
export const versionChanges = (
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly { readonly name: string; readonly was: string; readonly is: string }[] =>
  Object.entries(after).flatMap(([name, is]) => {
    const was = before[name];
    return was === undefined || was === is ? [] : [{ name, was, is }];
  });
