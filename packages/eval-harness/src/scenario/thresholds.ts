import { z } from 'zod';
import type { EvaluatedAsset } from '../asset/asset.js';
import type { Cause, CheckComparison, PairResult } from './pair-result.js';

export const thresholdsSchema = z.strictObject({
  /** Least share of touched files that an asset must change without a problem. */
  appliedCleanly: z.number().min(0).max(1).default(0.95),
  /** Most tests that may fail, or be missing, only after an asset was applied. */
  newlyFailing: z.int().nonnegative().default(0),
  /** Most findings that only the target's own typecheck after an asset may report. */
  newTypeErrors: z.int().nonnegative().default(0),
  /** The same for its lint, which is often about style; without it they are only shown. */
  newLintFindings: z.int().nonnegative().optional(),
});

export type Thresholds = z.infer<typeof thresholdsSchema>;

export const defaultThresholds: Thresholds = thresholdsSchema.parse({});

type Measures = Pick<
  PairResult,
  'files' | 'appliedCleanly' | 'idempotent' | 'rollbackExact' | 'tests' | 'lint' | 'typecheck'
>;

/** Why a pair fails; for the control, why it should have. */
export function judge(
  asset: Pick<EvaluatedAsset, 'kind'>,
  { files, appliedCleanly, idempotent, rollbackExact, tests, lint, typecheck }: Measures,
  thresholds: Thresholds,
): Cause[] {
  const { newlyFailing, missing } = tests;
  if (asset.kind === 'control') {
    if (newlyFailing.length + missing.length > 0) return [];
    return [{ kind: 'control-not-caught', message: 'The tests did not notice a codemod that is wrong on purpose.' }];
  }
  const causes: Cause[] = [];
  const add = (applies: boolean, kind: Cause['kind'], message: string): void => {
    if (applies) causes.push({ kind, message });
  };
  const [failed] = files.failed;
  const percent = (share: number): string => `${Math.floor(share * 1000) / 10}%`;
  add(
    appliedCleanly < thresholds.appliedCleanly,
    'did-not-apply',
    `${percent(appliedCleanly)} of the files it touches apply cleanly, ${percent(thresholds.appliedCleanly)} are wanted` +
      (failed ? `; ${failed.path}: ${failed.message}` : '.'),
  );
  const [unparsable] = files.unparsable;
  add(unparsable !== undefined, 'does-not-parse', `${unparsable?.path ?? ''}: ${unparsable?.message ?? ''}`);
  add(!idempotent, 'not-idempotent', 'A second run changes what the first one made.');
  add(!rollbackExact, 'rollback-not-exact', 'The target is not what it was after the change was taken back.');
  const lost = newlyFailing.length + missing.length > thresholds.newlyFailing;
  add(lost && newlyFailing.length > 0, 'newly-failing', `${newlyFailing.length} tests fail: ${some(newlyFailing)}`);
  add(
    lost && missing.length > 0,
    tests.kept === 0 ? 'no-tests-ran' : 'missing-tests',
    `${missing.length} tests did not run: ${tests.crashes[0] ?? some(missing)}`,
  );
  const checks = [
    ['new-type-errors', typecheck, thresholds.newTypeErrors, 'type errors'],
    ['new-lint-findings', lint, thresholds.newLintFindings, 'findings of the lint'],
  ] as const;
  for (const [kind, check, most = Infinity, what] of checks) {
    if (!check) continue;
    const { problem } = check;
    add(problem !== undefined, 'check-failed', problem ?? '');
    const [first] = check.added;
    const where = first && `${first.path}:${first.line} ${first.message}`;
    add(addedBy(check) > most, kind, `${addedBy(check)} new ${what}, ${most} may be: ${where ?? ''}`);
  }
  return causes;
}

/** How many findings are new. */
export const addedBy = ({ before, after, gone }: CheckComparison): number => after - before + gone;

const some = (ids: readonly string[]): string =>
  ids
    .slice(0, 3)
    .map((id) => JSON.stringify(id))
    .join(', ') + (ids.length > 3 ? ', …' : '');
