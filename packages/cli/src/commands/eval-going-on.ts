import path from 'node:path';
import { evaluationBegunIn } from '@codex-orch/eval-harness';
import { z } from 'zod';
import { type EvaluationKind, findEvaluation } from '../compose/evaluation/find-evaluation.js';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { shellWord } from '../print/shell-word.js';
import { evaluationsOf } from './eval-place.js';
import { selfCommand } from './self-command.js';

type Evaluating = 'run' | 'goals';

/** What an evaluation keeps of what it was asked for: each of the two kinds its own part of it. */
const askedSchema = z
  .object({
    scenario: z.string(),
    target: z.array(z.string()).readonly(),
    asset: z.array(z.string()).readonly(),
    variant: z.array(z.string()).readonly(),
    live: z.boolean(),
    record: z.boolean(),
    noCache: z.boolean(),
    repeat: z.number(),
    parallel: z.number(),
  })
  .partial();

type AskedFlags = Omit<z.infer<typeof askedSchema>, 'scenario'>;

export const newEvaluationId = (): string => new Date().toISOString().replaceAll(/[:.]/g, '-');

/** What the plan of an evaluation is to keep of these flags. */
export const askedOf = (flags: AskedFlags, scenario: string): Readonly<Record<string, unknown>> =>
  askedSchema.parse({ ...flags, scenario });

/** How to go on with an evaluation, from any folder: all else that it was asked for stands in its plan. */
export const goingOn = (
  context: CliContext,
  what: Evaluating,
  { id, root }: { readonly id: string; readonly root: string },
): readonly string[] => [selfAnywhere(context), 'eval', what, '--resume', id, '--repo', shellWord(root)];

/** How to go on with an evaluation that was interrupted: one that it came too early for is not there, or its plan says too little. */
export async function goOnAfter(
  { id, root }: { readonly id: string; readonly root: string },
  { resume, begin }: Record<'resume' | 'begin', readonly string[]>,
): Promise<readonly string[]> {
  const begun = await evaluationBegunIn(path.join(evaluationsOf(root), id));
  if (!begun) return begin;
  return begun.asked ? resume : [...begin, '--resume', id];
}

/** What is asked for, with what was when the evaluation began. */
export interface AskedInAll<F> {
  readonly flags: F;
  /** The evaluation that is to be gone on with; undefined where a new one is. */
  readonly begun?: {
    readonly id: string;
    /** Undefined where an earlier version began it, which kept no note. */
    readonly scenario: string | undefined;
  };
}

const kinds: Readonly<Record<Evaluating, readonly EvaluationKind[]>> = {
  run: ['assets', 'unfinished-assets', 'unfinished'],
  goals: ['goals', 'unfinished-goals', 'unfinished'],
};

/**
 * What is not asked for anew is as it was asked for when the evaluation that `resume` names began: by its id, or, for `latest`, the newest
 * that is not finished.
 *
 * Throws `UnknownEvaluationError`, `IdEndTooShortError`, and {@link BadFlagsError} where it is one of the other kind.
 */
export async function begunBefore<F extends AskedFlags & { readonly resume?: string | undefined }>(
  root: string,
  what: Evaluating,
  given: F,
): Promise<AskedInAll<F>> {
  if (given.resume === undefined) return { flags: given };
  const unfinished = kinds[what].filter((kind) => kind.startsWith('unfinished'));
  const { id, kind, dir } = await findEvaluation(evaluationsOf(root), given.resume, unfinished);
  const begun = await evaluationBegunIn(dir);
  if (kinds[what].includes(kind)) {
    const { scenario, ...asked } = askedSchema.safeParse(begun?.asked).data ?? {};
    return { flags: { ...given, ...(asAsked(given, asked) as Partial<F>) }, begun: { id, scenario } };
  }
  const [is, other] = what === 'run' ? ['goals', 'goals'] : ['assets', 'run'];
  const resume = begun?.resume.join(' ') ?? '';
  throw new BadFlagsError(
    `${id} is an evaluation of ${is}.`,
    resume === '' ? `Go on with it by \`codex-orch eval ${other}\`.` : `Go on with it by: ${resume}`,
  );
}

/** What of it is not given anew. A flag that can only be set does not take back that it was. */
const asAsked = (given: AskedFlags, asked: AskedFlags): AskedFlags =>
  Object.fromEntries(Object.entries(asked).filter(([name]) => (given[name as keyof AskedFlags] ?? false) === false));

function selfAnywhere(context: CliContext): string {
  const self = selfCommand(context);
  const { process } = context;
  return self.startsWith('node ') ? `node ${shellWord(path.resolve(process.cwd(), process.argv[1] ?? ''))}` : self;
}
