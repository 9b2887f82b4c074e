import { guardPaths } from '../check/guard-paths.js';
import { contentSha256 } from '../spec/content.js';
import type { MiniSpec } from '../spec/mini-spec.js';
import { parseSpec } from '../spec/parse-spec.js';
import { mirroredFields } from './disagreements.js';
import { editRegistry, type RegistryChange } from './edit-registry.js';
import { EntryExistsError, EntryUnknownError, SpecMisplacedError, SpecUnusableError } from './errors.js';
import type { Registry, SpecEntry } from './registry.js';

/** What an entry should say of its file, beside `last_review`. */
const mirrorOf = (spec: MiniSpec, text: string): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(mirroredFields.map((field) => [field, spec[field]])),
  sha256: contentSha256(text),
});

export interface SpecText {
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Reads a spec that something is to be done with. Throws {@link SpecUnusableError}. */
export function usableSpec({ path, text }: SpecText): MiniSpec {
  const { spec, problems } = parseSpec(text);
  const [first] = problems;
  if (!spec)
    throw new SpecUnusableError(
      first ? `${path}:${first.line}:${first.column}` : path,
      first?.message ?? 'it cannot be read',
    );
  return spec;
}

/** One spec's entry by its id or path. Throws {@link EntryUnknownError}. */
export function findSpec({ specs }: Registry, id: string): SpecEntry {
  const found = specs.find((entry) => entry.id === id) ?? specs.find((entry) => entry.path === id);
  if (!found)
    throw new EntryUnknownError(
      'spec',
      id,
      specs.map((entry) => entry.id),
    );
  return found;
}

/**
 * Enters a spec's file into a registry's text, or brings its entry up to date; the review date and the approvals stay as they are.
 *
 * Throws {@link EntryExistsError} when another file has its id, {@link SpecMisplacedError}, {@link SpecUnusableError} and `RegistryBrokenError`.
 */
export function registerSpec(text: string, file: SpecText): string {
  if (!file.path.startsWith(guardPaths.specs) || file.path.includes('..'))
    throw new SpecMisplacedError(file.path, guardPaths.specs);
  const spec = usableSpec(file);
  return editRegistry(guardPaths.index, text, (registry) => entryChanges(registry, file, spec));
}

/** What to change for the entry of a file to say what the file says. */
export function entryChanges(registry: Registry, file: SpecText, spec: MiniSpec): readonly RegistryChange[] {
  const { specs } = registry;
  const sameId = specs.find((entry) => entry.id.toLowerCase() === spec.id.toLowerCase());
  if (sameId && sameId.path !== file.path) throw new EntryExistsError('spec', spec.id);
  const mirror = mirrorOf(spec, file.text);
  const index = specs.findIndex((entry) => entry.path === file.path);
  const entry = specs[index];
  if (!entry) {
    const { id, ...rest } = mirror;
    return [{ path: ['specs', -1], value: { id, path: file.path, ...rest, approvals: [] } }];
  }
  return Object.entries(mirror)
    .filter(([field, value]) => JSON.stringify(entry[field]) !== JSON.stringify(value))
    .map(([field, value]) => ({ path: ['specs', index, field], value }));
}
