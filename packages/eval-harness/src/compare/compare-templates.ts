import { counted } from '@codex-orch/core';
import type { TemplateResult } from '../template/template-result.js';
import type { PairDifference } from './compare-evaluations.js';
import type { DifferenceKind } from './difference.js';

/** What became of templates; they have no target. */
export function templateDifferences(
  before: readonly TemplateResult[],
  after: readonly TemplateResult[],
): readonly PairDifference[] {
  const old = new Map(before.map((one) => [one.template, one]));
  const names = new Set(after.map(({ template }) => template));
  return [
    ...after.flatMap((one): readonly PairDifference[] => {
      const earlier = old.get(one.template);
      if (!earlier) return [{ asset: one.template, kind: 'other', what: 'is new', whole: 'new' }];
      return differencesOf(earlier, one).map(([kind, what]) => ({ asset: one.template, kind, what }));
    }),
    ...before
      .filter(({ template }) => !names.has(template))
      .map(({ template }): PairDifference => ({
        ...{ asset: template, kind: 'other', what: 'is no longer there', whole: 'gone' },
      })),
  ];
}

function differencesOf(before: TemplateResult, after: TemplateResult): readonly (readonly [DifferenceKind, string])[] {
  const rank = { passed: 2, 'not-evaluated': 1, failed: 0 } as const;
  const better = rank[after.verdict] - rank[before.verdict];
  const [cause] = after.causes;
  const said =
    after.verdict === 'failed'
      ? `fails now: ${cause?.message ?? ''} (${cause?.kind ?? ''}, ${cause?.example ?? ''})`
      : after.verdict === 'not-evaluated'
        ? `is not evaluated now, because ${after.why ?? 'nothing is known about it'}`
        : 'passes now';
  const found: (readonly [DifferenceKind, string])[] = [];
  if (better !== 0) found.push([better < 0 ? 'regression' : 'improvement', said]);
  if (after.verdict !== 'passed' || before.verdict !== 'passed') return found;
  if (after.fixtures < before.fixtures)
    found.push(['regression', `reproduces ${counted(after.fixtures, 'fixture')}, before ${before.fixtures}`]);
  if (after.files !== before.files)
    found.push(['other', `makes ${counted(after.files, 'file')}, before ${before.files}`]);
  if (after.unread > before.unread)
    found.push(['other', `${counted(after.unread, 'file')} of it are read by people alone, before ${before.unread}`]);
  return found;
}
