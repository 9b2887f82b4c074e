import type { RenderedFile, Template } from './template/define-template.js';
import { UnknownTemplateError } from './template/errors.js';
import { codemodSkeleton } from './templates/codemod-skeleton.js';
import { goalPrompt } from './templates/goal-prompt.js';
import { prd } from './templates/prd.js';
import { reviewChecklist } from './templates/review-checklist.js';
import { ruleSkeleton } from './templates/rule-skeleton.js';
import { spec } from './templates/spec.js';
import { taskList } from './templates/task-list.js';
import { templateSkeleton } from './templates/template-skeleton.js';

/** All templates of this package. */
export const templates: readonly Template<never>[] = [
  spec,
  prd,
  taskList,
  goalPrompt,
  reviewChecklist,
  codemodSkeleton,
  ruleSkeleton,
  templateSkeleton,
];

/**
 * Renders a template by its id, with parameters that nobody has checked yet.
 * @throws {UnknownTemplateError} where no template has the id
 * @throws {TemplateParametersError} where the parameters are not the template's
 */
export function renderTemplate(id: string, parameters: unknown): readonly RenderedFile[] {
  const template = templates.find((candidate) => candidate.id === id);
  if (template === undefined)
    throw new UnknownTemplateError(
      id,
      templates.map((candidate) => candidate.id),
    );
  return template.render(parameters as never);
}
