import path from 'node:path';
import { evaluationBegunIn } from '@codex-orch/eval-harness';
import type { z } from 'zod';
import { type EvaluationKind, findEvaluation } from '../compose/evaluation/find-evaluation.js';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { shellWord } from '../print/shell-word.js';
import { evaluationsOf } from './eval-place.js';
import { selfCommand } from './self-command.js';

type Evaluating = 'run' | 'goals';

/** How to go on with an evaluation, from any folder: all else that it was asked for stands in its plan. */
export const goingOn = (
  context: CliContext,
  what: Evaluating,
  { id, root }: { readonly id: string; readonly root: string },
): readonly string[] => [selfAnywhere(context), 'eval', what, '--resume', id, '--repo', shellWord(root)];

/** An evaluation that is to be gone on with. */
export interface BegunBefore<T> {
  readonly id: string;
  /** What it was asked for; nothing where an earlier version began it, which kept no note. */
  readonly asked: Partial<T>;
}

const kinds: Readonly<Record<Evaluating, readonly EvaluationKind[]>> = {
  run: ['assets', 'unfinished-assets', 'unfinished'],
  goals: ['goals', 'unfinished-goals', 'unfinished'],
};

/**
 * The evaluation of this id, or, for `latest`, the newest of these that is not finished.
 *
 * Throws `UnknownEvaluationError`, `IdEndTooShortError`, and {@link BadFlagsError} where it is one of the other kind.
 */
export async function begunBefore<T>(
  root: string,
  named: string,
  { what, schema }: { readonly what: Evaluating; readonly schema: z.ZodType<Partial<T>> },
): Promise<BegunBefore<T>> {
  const unfinished = kinds[what].filter((kind) => kind.startsWith('unfinished'));
  const { id, kind, dir } = await findEvaluation(evaluationsOf(root), named, unfinished);
  const begun = await evaluationBegunIn(dir);
  if (kinds[what].includes(kind)) return { id, asked: schema.safeParse(begun?.asked).data ?? {} };
  const [is, other] = what === 'run' ? ['goals', 'goals'] : ['assets', 'run'];
  const resume = begun?.resume.join(' ') ?? '';
  throw new BadFlagsError(
    `${id} is an evaluation of ${is}.`,
    resume === '' ? `Go on with it by \`codex-orch eval ${other}\`.` : `Go on with it by: ${resume}`,
  );
}

function selfAnywhere(context: CliContext): string {
  const self = selfCommand(context);
  const { process } = context;
  return self.startsWith('node ') ? `node ${shellWord(path.resolve(process.cwd(), process.argv[1] ?? ''))}` : self;
}
