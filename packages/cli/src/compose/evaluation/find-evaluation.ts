import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, OrchError } from '@codex-orch/core';
import { evaluationBegunIn } from '@codex-orch/eval-harness';
import { idsNamed } from '../named-id.js';

/** An evaluation of assets or of goals that is finished, or is not, or one of which an earlier version did not note what it is. */
export type EvaluationKind = 'assets' | 'goals' | 'unfinished-assets' | 'unfinished-goals' | 'unfinished';

export interface FoundEvaluation {
  readonly id: string;
  readonly dir: string;
  readonly kind: EvaluationKind;
}

/** Ids that a message names. */
const maxNamed = 5;

/** No evaluation is called so, or several are. */
class UnknownEvaluationError extends OrchError {
  readonly code = 'eval-unknown';

  constructor(asked: string, folder: string, { fitting, known }: Record<'fitting' | 'known', readonly string[]>) {
    super(
      fitting.length > 1
        ? `"${asked}" fits ${fitting.length} evaluations: ${newest(fitting)}.`
        : `There is no evaluation "${asked}" under ${folder}.`,
      {
        hint:
          known.length === 0
            ? 'No evaluation is there yet that this could be done with.'
            : `The newest are ${newest(known)}. An id may be shortened while it stays unique, and "latest" names the newest.`,
      },
    );
  }
}

const newest = (ids: readonly string[]): string => {
  const more = ids.length > maxNamed ? ` … and ${ids.length - maxNamed} more` : '';
  return `${ids.slice(-maxNamed).toReversed().join(', ')}${more}`;
};

/** What is to be done is for evaluations of assets alone. */
export class EvaluationOfGoalsError extends OrchError {
  readonly code = 'eval-of-goals';

  constructor(name: string, dir: string) {
    super(`${name} is an evaluation of goals; it cannot be accepted.`, {
      hint: `How its variants compare is in ${path.join(dir, 'summary.md')}.`,
    });
  }
}

/** One of two evaluations is of goals, the other of assets. */
export class EvaluationKindsDifferError extends OrchError {
  readonly code = 'eval-kinds-differ';

  constructor(before: string, after: string) {
    super(`One of ${before} and ${after} is an evaluation of goals, and the other one of assets.`, {
      hint: 'Name two of one kind.',
    });
  }
}

/** An evaluation was interrupted, or is still at work. */
export class EvaluationUnfinishedError extends OrchError {
  readonly code = 'eval-unfinished';

  /** `resume` goes on with it; empty where nobody noted how. */
  constructor(name: string, resume: readonly string[]) {
    super(`The evaluation ${name} has no result: it was interrupted, or is still at work.`, {
      hint: resume.length === 0 ? 'Run it again.' : `What is finished is kept. Go on with: ${resume.join(' ')}`,
    });
  }
}

/** What lies in a folder; undefined where that is no evaluation. */
export async function evaluationKind(dir: string): Promise<EvaluationKind | undefined> {
  const has = (name: string): boolean => existsSync(path.join(dir, name));
  if (has('evaluation.json')) return 'assets';
  if (has('goals.json')) return 'goals';
  if (!has('plan.json')) return undefined;
  const kind =
    (await evaluationBegunIn(dir))?.kind ?? (has('attempts') ? 'goals' : has('pairs') ? 'assets' : undefined);
  return kind === undefined ? 'unfinished' : `unfinished-${kind}`;
}

/**
 * Finds an evaluation by its id, the beginning or the end of it, or `latest`, which is the newest of those that are `wanted`.
 *
 * Throws {@link UnknownEvaluationError} and `IdEndTooShortError`.
 */
export async function findEvaluation(
  folder: string,
  asked: string,
  wanted: readonly EvaluationKind[],
): Promise<FoundEvaluation> {
  const names = (await ifAbsent(readdir(folder), [])).sort();
  const looked = await Promise.all(
    names.map(async (id) => ({ id, dir: path.join(folder, id), kind: await evaluationKind(path.join(folder, id)) })),
  );
  const all = looked.filter((each): each is FoundEvaluation => each.kind !== undefined);
  const certain = all.filter(({ kind }) => kind !== 'unfinished' && wanted.includes(kind));
  // What may be another kind of evaluation is taken where nothing else fits.
  const fit = certain.length > 0 ? certain : all.filter(({ kind }) => wanted.includes(kind));
  // Of names that people gave, none is known to be newer than another.
  const latest = fit.findLast(({ id }) => /^\d{4}-\d\d-\d\dT/.test(id)) ?? fit.at(-1);
  if (asked === 'latest' && latest) return latest;
  const exact = all.find(({ id }) => id === asked);
  if (exact) return exact;
  const fitting = idsNamed(
    asked,
    all.map(({ id }) => id),
  );
  const found = all.filter(({ id }) => fitting.includes(id));
  const [only] = found;
  if (only && found.length === 1) return only;
  throw new UnknownEvaluationError(asked, folder, { fitting, known: fit.map(({ id }) => id) });
}
