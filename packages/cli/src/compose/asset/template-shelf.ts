import { realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AssetApplication, AssetOptionsError, type AssetUse, OrchError } from '@codex-orch/core';
import {
  type Asset,
  digestModule,
  type LoadedIndex,
  locateModule,
  type RunnableAsset,
} from '@codex-orch/learning-library';
import { type RenderedFile, renderTemplate, TemplateParametersError, templates } from '@codex-orch/templates';
import { writeNewFiles } from './write-new-files.js';

const require = createRequire(import.meta.url);
const ownPackage = '@codex-orch/templates';

/** What a template is known by: as a codemod is, without what only these have. */
export type UsableTemplate = Pick<RunnableAsset, 'id' | 'version' | 'sha256' | 'optionsSchema'>;

/** A template that a goal cannot use, though an index has it. */
class TemplateForeignError extends OrchError {
  readonly code = 'template-foreign';

  constructor(id: string, why: string) {
    super(`The template "${id}" is not rendered in a goal: ${why}.`, {
      hint: 'Only templates of the installed @codex-orch/templates are: rendering runs inside this program, so it runs no code of others.',
    });
  }
}

/** Throws {@link TemplateForeignError}, `AssetNotInstalledError` and `ModuleUnreadableError`. */
export async function usableTemplate({ folder }: LoadedIndex, asset: Asset): Promise<UsableTemplate> {
  const { id, version } = asset;
  const located = await locateModule(asset, folder);
  const own = await realpath(require.resolve(ownPackage));
  if ((await realpath(located.module)) !== own)
    throw new TemplateForeignError(id, 'its code is not the one of this program');
  if (located.version !== version)
    throw new TemplateForeignError(
      id,
      `the index has version ${version}, and ${located.version ?? 'none'} is installed`,
    );
  const template = templates.find((one) => one.id === id);
  if (!template) throw new TemplateForeignError(id, 'the package has no template of this name');
  return { id, version, sha256: await digestModule(located.module), optionsSchema: plain(template.parametersSchema) };
}

type Schema = Readonly<Record<string, unknown>>;

/** Patterns with classes of Unicode mean something else where they are read without its flag; the template checks them itself. */
function plain(schema: Schema): Schema {
  const tidy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(tidy);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name, inner]) => !(name === 'pattern' && typeof inner === 'string' && inner.includes('\\p{')))
        .map(([name, inner]) => [name, tidy(inner)]),
    );
  };
  return tidy(schema) as Schema;
}

/**
 * Renders a template into a work tree, as new files only.
 *
 * Throws `AssetOptionsError` for parameters that the template does not take, `FileExistsError` and `PathEscapesError`.
 */
export async function renderToTree(
  { id }: UsableTemplate,
  { root, key, options }: { readonly root: string; readonly key: string; readonly options: AssetUse['options'] },
): Promise<Omit<AssetApplication, 'digest'>> {
  let files: readonly RenderedFile[];
  try {
    files = renderTemplate(id, options);
  } catch (error) {
    if (!(error instanceof TemplateParametersError)) throw error;
    throw new AssetOptionsError(id, error.message);
  }
  await writeNewFiles(root, files);
  return { applicationId: key, changed: files.map(({ path }) => path), declined: [], failures: [] };
}
