/* eslint-disable @nx/enforce-module-boundaries -- an example imports the package as its users do */
import { renderTemplate, spec } from '@codex-orch/templates';

// Typed parameters: what is missing is a compile error here, and a TemplateParametersError at run time.
export const [file] = spec.render({
  id: '0042',
  title: 'Refunds',
  owners: ['payments'],
  covers: ['packages/refunds/**'],
  risk: 'high',
});

// By name, with parameters that come from outside.
export const [checklist] = renderTemplate(
  'review-checklist',
  JSON.parse('{ "subject": "Refunds", "areas": ["data"] }'),
);
