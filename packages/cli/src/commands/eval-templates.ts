import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { OrchError } from '@codex-orch/core';
import {
  type EvaluatedTemplate,
  exampleParameters,
  type TemplateExample,
  type TemplateFile,
  type TemplateReader,
} from '@codex-orch/eval-harness';
import { type Asset, AssetNotRunnableError, type LoadedIndex } from '@codex-orch/learning-library';
import { parseSpec } from '@codex-orch/spec-guard';
import { renderTemplate, templates } from '@codex-orch/templates';
import { usableTemplate } from '../compose/asset/template-shelf.js';

/** A template of an index, ready to be evaluated. */
export interface IndexedTemplate {
  readonly asset: Asset;
  /** Empty where it cannot be evaluated. */
  readonly sha256: string;
  readonly evaluated: EvaluatedTemplate;
}

/**
 * The templates among these assets; codemods and rules are passed over.
 *
 * Throws {@link AssetNotRunnableError} for one that was named and cannot be evaluated.
 */
export async function evaluatedTemplates(
  loaded: LoadedIndex,
  { assets, areNamed }: { readonly assets: readonly Asset[]; readonly areNamed: boolean },
): Promise<readonly IndexedTemplate[]> {
  return Promise.all(
    assets
      .filter(({ kind }) => kind === 'template')
      .map(async (asset) => {
        const found = await indexedTemplate(loaded, asset);
        const { notEvaluated } = found.evaluated;
        if (areNamed && notEvaluated !== undefined)
          throw new AssetNotRunnableError(
            asset.id,
            `it is a template that cannot be evaluated: ${notEvaluated}`,
            'Only templates of the installed @codex-orch/templates are rendered.',
          );
        return found;
      }),
  );
}

async function indexedTemplate(loaded: LoadedIndex, asset: Asset): Promise<IndexedTemplate> {
  const { id, version } = asset;
  const render = (parameters: unknown): readonly TemplateFile[] => renderTemplate(id, parameters);
  try {
    const { sha256 } = await usableTemplate(loaded, asset);
    const examples = [...(await fixturesOf(loaded.folder, asset)), ...examplesOf(id)];
    return { asset, sha256, evaluated: { id, version, digest: sha256, examples, readers: [specReader], render } };
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    const notEvaluated = error.message.replace(/\.$/, '');
    return { asset, sha256: '', evaluated: { id, version, digest: '', notEvaluated, examples: [], render } };
  }
}

/** Parameters for one of our templates, made from their schema. */
export const examplesOf = (id: string): readonly TemplateExample[] =>
  exampleParameters(templates.find((template) => template.id === id)?.parametersSchema ?? {});

/** What the guard has to take. */
const specReader: TemplateReader = {
  name: 'spec-guard',
  isFor: (file) => /^tasks\/specs\/[^/]+\.md$/.test(file.path),
  problemOf: ({ text }) => parseSpec(text).problems[0]?.message,
};

/** Folders of the fixtures that an asset names, each with `parameters.json` and, in `files`, what has to come of them. */
async function fixturesOf(folder: string, { fixtures }: Asset): Promise<readonly TemplateExample[]> {
  if (!fixtures) return [];
  const root = path.join(folder, fixtures.path);
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name): Promise<TemplateExample> => {
      const parameters: unknown = JSON.parse(await readFile(path.join(root, name, 'parameters.json'), 'utf8'));
      return { name, parameters, files: await filesBelow(path.join(root, name, 'files')) };
    }),
  );
}

async function filesBelow(root: string): Promise<readonly TemplateFile[]> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const place = path.join(entry.parentPath, entry.name);
        return { path: path.relative(root, place).split(path.sep).join('/'), text: await readFile(place, 'utf8') };
      }),
  );
}
