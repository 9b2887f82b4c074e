import { guardPaths } from '../check/guard-paths.js';
import { parseSpec } from '../spec/parse-spec.js';
import { editRegistry, type RegistryChange } from './edit-registry.js';
import { EntryExistsError } from './errors.js';
import { entryChanges, type SpecText } from './spec-entry.js';

/**
 * Brings the entries of many specs up to date in one go, and says what was done.
 *
 * A file that is malformed, or whose id is another's, is passed over. Throws `RegistryBrokenError`.
 */
export function applyRegistryEntries(
  text: string,
  files: readonly SpecText[],
): { readonly text: string; readonly done: readonly string[] } {
  const done: string[] = [];
  const result = editRegistry(guardPaths.index, text, (registry) => {
    const taken = new Set<string>();
    return files.flatMap((file): readonly RegistryChange[] => {
      const { spec } = parseSpec(file.text);
      if (!spec || taken.has(spec.id.toLowerCase())) return [];
      let changes: readonly RegistryChange[];
      try {
        changes = entryChanges(registry, file, spec);
      } catch (error) {
        if (error instanceof EntryExistsError) return [];
        throw error;
      }
      const [first] = changes;
      if (!first) return [];
      taken.add(spec.id.toLowerCase());
      const fields = changes.map(({ path }) => String(path.at(-1))).join(', ');
      done.push(
        first.path.at(-1) === -1
          ? `Spec ${spec.id} is registered.`
          : `The entry of spec ${spec.id} says what its file says about ${fields}.`,
      );
      return changes;
    });
  });
  return { text: result, done };
}
