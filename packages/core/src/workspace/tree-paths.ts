import type { GitPath } from './git-path.js';

/** Goals that start from one commit share its list, and in a large repository that is long. */
const remembered = 2;

const byTree = new Map<string, readonly GitPath[]>();

/**
 * The paths of a tree, which `list` gives where none asked for it lately: a tree never changes. What it gave is remembered if it was
 * `stillOf` the tree afterwards.
 */
export async function pathsOfTree(
  tree: string,
  list: () => Promise<readonly GitPath[]>,
  stillOf: () => Promise<boolean>,
): Promise<readonly GitPath[]> {
  const known = byTree.get(tree);
  const paths = known ?? (await list());
  if (!known && !(await stillOf())) return paths;
  byTree.delete(tree);
  byTree.set(tree, paths);
  for (const oldest of [...byTree.keys()].slice(0, -remembered)) byTree.delete(oldest);
  return paths;
}
