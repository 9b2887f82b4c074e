import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { makeScratchFolder, removeTree } from '@codex-orch/core';
import { checkParsing } from '../scenario/parse-check.js';
import { jsonReader } from './json-reader.js';
import type { EvaluatedTemplate, TemplateExample, TemplateFile } from './template.js';
import type { TemplateResult } from './template-result.js';

type Cause = TemplateResult['causes'][number];

const javascript = /\.[cm]?js$/;

/**
 * Renders a template with each of its examples, twice: the files have to be the same both times, stay inside the folder, be what a
 * fixture says, and be read by whatever reads files of their kind. A template is pure, so no test of a target could tell more.
 */
export async function evaluateTemplate(template: EvaluatedTemplate, signal?: AbortSignal): Promise<TemplateResult> {
  const { id, version, notEvaluated, examples } = template;
  const none = { causes: [], examples: 0, fixtures: 0, refused: [], files: 0, read: {}, unread: 0 };
  const why = notEvaluated ?? (examples.length === 0 ? 'there are no parameters to render it with' : undefined);
  if (why !== undefined) return { template: id, version, verdict: 'not-evaluated', why, ...none };

  const causes: Cause[] = [];
  const refused: string[] = [];
  const read: Record<string, number> = {};
  let [files, unread] = [0, 0];
  for (const example of examples) {
    const add = (kind: Cause['kind'], message: string): void => {
      causes.push({ kind, example: example.name, message });
    };
    const rendered = renderTwice(template, example, add);
    if (rendered === 'refused') refused.push(example.name);
    if (rendered === undefined || rendered === 'refused') continue;
    files += rendered.length;
    const misplaced = rendered.find((file, index) => !isInside(file) || hasPath(rendered.slice(0, index), file));
    if (misplaced) add('bad-path', `${misplaced.path} is no place for a new file, or comes twice`);
    else for (const message of await unparsable(rendered, signal)) add('does-not-parse', message);
    for (const file of rendered) {
      const reader = [...(template.readers ?? []), jsonReader].find((one) => one.isFor(file));
      const name = reader?.name ?? (javascript.test(file.path) ? 'Node' : undefined);
      if (name === undefined) unread += 1;
      else read[name] = (read[name] ?? 0) + 1;
      const problem = reader?.problemOf(file);
      if (problem !== undefined) add('does-not-parse', `${file.path}: ${problem}`);
    }
    const other = example.files && differenceOf(example.files, rendered);
    if (other !== undefined) add('not-the-fixture', other);
  }
  return {
    ...{
      template: id,
      version,
      verdict: causes.length === 0 ? 'passed' : 'failed',
      causes,
      refused,
      files,
      read,
      unread,
    },
    examples: examples.length - refused.length,
    fixtures: examples.filter((example) => example.files).length,
  };
}

function renderTwice(
  template: EvaluatedTemplate,
  { parameters, mayBeRefused = false }: TemplateExample,
  add: (kind: Cause['kind'], message: string) => void,
): readonly TemplateFile[] | 'refused' | undefined {
  const given = structuredClone(parameters);
  let first: readonly TemplateFile[];
  try {
    first = template.render(given);
  } catch (error) {
    if (mayBeRefused) return 'refused';
    add('did-not-render', error instanceof Error ? error.message : String(error));
    return undefined;
  }
  if (!isDeepStrictEqual(given, parameters)) add('changed-parameters', 'It changed the parameters that it was given');
  try {
    const other = differenceOf(first, template.render(structuredClone(parameters)));
    if (other !== undefined) add('not-the-same-twice', other);
  } catch (error) {
    add('not-the-same-twice', error instanceof Error ? error.message : String(error));
  }
  if (first.length === 0) add('did-not-render', 'It made no file');
  return first;
}

const isInside = ({ path: name }: TemplateFile): boolean =>
  name !== '' &&
  !name.includes('\\') &&
  name.split('/').every((part) => part !== '' && !/^\.{1,2}$|^\.git$/i.test(part));

const hasPath = (files: readonly TemplateFile[], { path: name }: TemplateFile): boolean =>
  files.some((file) => file.path.toLowerCase() === name.toLowerCase());

function differenceOf(wanted: readonly TemplateFile[], found: readonly TemplateFile[]): string | undefined {
  const texts = new Map(found.map((file) => [file.path, file.text]));
  for (const { path: name, text } of wanted) {
    if (!texts.has(name)) return `${name} is missing`;
    if (texts.get(name) !== text) return `${name} has another text`;
    texts.delete(name);
  }
  const [more] = texts.keys();
  return more === undefined ? undefined : `${more} is one more`;
}

/** What is no JavaScript though it is called so. */
async function unparsable(files: readonly TemplateFile[], signal: AbortSignal | undefined): Promise<string[]> {
  const scripts = files.filter((file) => javascript.test(file.path));
  if (scripts.length === 0) return [];
  const folder = await makeScratchFolder('template');
  try {
    for (const file of scripts) {
      const place = path.join(folder, file.path);
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, file.text);
    }
    const paths = scripts.map((file) => file.path);
    return (await checkParsing(folder, paths, signal)).broken.map(({ path: name, message }) => `${name}: ${message}`);
  } finally {
    await removeTree(folder);
  }
}
