export { exampleParameters } from './example-parameters.js';
export type { EvaluatedTemplate, TemplateExample, TemplateFile, TemplateReader } from './template.js';
export type { TemplateResult } from './template-result.js';
