import type { z } from 'zod';

/** What is wrong with one parameter. */
export interface ParameterProblem {
  /** Such as `tasks.0.title`; empty where the parameters as a whole are wrong. */
  readonly parameter: string;
  readonly problem: string;
}

/** The parameters are not those of the template. */
export class TemplateParametersError extends Error {
  readonly code = 'template-parameters';
  override readonly name = 'TemplateParametersError';
  readonly problems: readonly ParameterProblem[];

  constructor(template: string, error: z.ZodError) {
    const problems = error.issues.map(({ path, message }) => ({ parameter: path.join('.'), problem: message }));
    const told = problems.map(({ parameter, problem }) => (parameter === '' ? problem : `${parameter}: ${problem}`));
    super(`The template "${template}" cannot be rendered: ${told.join('; ')}.`);
    this.problems = problems;
  }
}

/** No template has this name. */
export class UnknownTemplateError extends Error {
  readonly code = 'template-unknown';
  override readonly name = 'UnknownTemplateError';

  constructor(id: string, known: readonly string[]) {
    super(`There is no template ${JSON.stringify(id)}; there are ${known.join(', ')}.`);
  }
}
