import type { GuardFiles, SourceFile } from '../check/check-input.js';
import type { guardPaths } from '../check/guard-paths.js';
import type { TreeView } from '../git/tree.js';
import { type Overlay, readOne } from './head-files.js';
import { limits } from './limits.js';
import type { SourceReader } from './source-reader.js';

/** Where the guard's own files are, relative to the repository's root; the specs folder ends in a slash. */
export type GuardPaths = Readonly<Record<keyof typeof guardPaths, string>>;

/** Where the guard's files are read from. */
interface Places {
  /** For what says who may do what. */
  readonly rules: TreeView | undefined;
  /** For what grows with the work. */
  readonly records: TreeView | undefined;
  /** What a change put over both. */
  readonly overlay?: Overlay | undefined;
  /** Files that were read before, by their content and place. */
  readonly known: Map<string, Promise<SourceFile | undefined>>;
}

/** Reads the guard's own files, and the index, of one side of a change. */
export async function readGuardFiles(
  reader: SourceReader,
  paths: GuardPaths,
  { rules, records, overlay, known }: Places,
): Promise<GuardFiles & { readonly index: SourceFile | undefined }> {
  const read = (tree: TreeView | undefined, name: Exclude<keyof GuardPaths, 'specs'>) =>
    readOne(tree, paths[name], overlay, (path, entry) => {
      // Base and head mostly have the same file.
      const key = `${entry.mode} ${entry.id} ${path}`;
      const file = (entry.id === '' ? undefined : known.get(key)) ?? reader.read(path, entry, limits[name]);
      known.set(key, file);
      return file;
    });
  const [policy, allowedSigners, baseline, overrides, index] = await Promise.all([
    read(rules, 'policy'),
    read(rules, 'allowedSigners'),
    read(records, 'baseline'),
    read(records, 'overrides'),
    read(records, 'index'),
  ]);
  return { policy, allowedSigners, baseline, overrides, index };
}
