import { git, type GitOptions, gitResult, gitValue } from '../workspace/git.js';
import { GitFailedError } from '../workspace/errors.js';
import { type GitPath, textOf } from '../workspace/git-path.js';
import { nobody } from '../workspace/nobody.js';
import { type ConflictPlace, hunksOf } from './conflict-hunks.js';
import { GitTooOldError } from './errors.js';

/** Three trees, and what the two changed ones are called where they conflict. */
export interface MergeTrees {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  readonly ourName: string;
  readonly theirName: string;
}

/** One thing that git could not merge. */
export interface Conflict {
  readonly type: string;
  readonly message: string;
  readonly paths: readonly string[];
}

export type Merge =
  | { readonly tree: string }
  | { readonly tree?: undefined; readonly conflicts: readonly Conflict[]; readonly places: readonly ConflictPlace[] };

/** The tree without a file, in the object format of an id; git knows it without having it stored. */
const emptyTree = (id: string): string =>
  id.length === 40
    ? '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
    : '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321';

// Whatever the defaults of a version are. Attributes of a tree do not choose how it is merged: who wrote them could hide a conflict.
const mergeConfig = (noAttributes: string): readonly string[] => [
  'merge.conflictStyle=diff3',
  'merge.renames=true',
  'merge.directoryRenames=conflict',
  'merge.renameLimit=1000',
  `attr.tree=${noAttributes}`,
];

/**
 * Merges trees by git's own merge (ort), in an object store of ours: no work tree, index or config is read. What was merged once is
 * not merged again.
 */
export class TreeMerger {
  readonly git: GitOptions;
  readonly #commits = new Map<string, Promise<string>>();
  readonly #merges = new Map<string, Promise<Merge>>();

  constructor(options: GitOptions) {
    this.git = options;
  }

  /** Throws {@link GitTooOldError} and `GitFailedError`. */
  merge(trees: MergeTrees): Promise<Merge> {
    return remembered(this.#merges, JSON.stringify(trees), () => this.#merge(trees));
  }

  /** A commit that exists for the merge alone: whatever history says, the base is the one that is given. */
  #commit(tree: string, parent = ''): Promise<string> {
    return remembered(this.#commits, `${tree} ${parent}`, () =>
      gitValue(['commit-tree', tree, ...(parent === '' ? [] : ['-p', parent])], {
        ...this.git,
        env: nobody,
        input: '',
      }),
    );
  }

  async #merge({ base, ours, theirs, ourName, theirName }: MergeTrees): Promise<Merge> {
    const root = await this.#commit(base);
    const [left, right] = [await this.#commit(ours, root), await this.#commit(theirs, root)];
    if (left === right) return { tree: ours };
    const result = await gitResult(['merge-tree', '--write-tree', '--messages', '-z', left, right], {
      ...this.git,
      config: mergeConfig(emptyTree(base)),
    });
    const stderr = result.stderr.toString('utf8');
    if (/usage: git merge-tree/.test(stderr)) throw new GitTooOldError();
    const [tree = '', ...rest] = result.stdout.toString('latin1').split('\0');
    if (!/^[0-9a-f]{40,64}$/.test(tree) || (result.exitCode !== 0 && result.exitCode !== 1))
      throw new GitFailedError('merge-tree', result.exitCode, stderr);
    if (result.exitCode === 0) return { tree };
    const name = (text: string): string => text.replaceAll(left, ourName).replaceAll(right, theirName);
    const { files, conflicts } = parseConflicts(rest);
    return {
      conflicts: conflicts.map((conflict) => ({ ...conflict, message: name(conflict.message) })),
      places: await placesOf(tree, files, name, this.git),
    };
  }
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

/** Reads what `merge-tree -z` prints behind the tree: unmerged entries, an empty field, messages. See git-merge-tree(1). */
function parseConflicts(fields: readonly string[]): { files: GitPath[]; conflicts: Conflict[] } {
  const files = new Set<GitPath>();
  let at = 0;
  for (; at < fields.length && fields[at] !== ''; at += 1) {
    const entry = fields[at] ?? '';
    files.add(entry.slice(entry.indexOf('\t') + 1) as GitPath);
  }
  at += 1;
  const conflicts: Conflict[] = [];
  while (at < fields.length && /^\d+$/.test(fields[at] ?? '')) {
    const count = Number(fields[at]);
    const paths = fields.slice(at + 1, at + 1 + count) as GitPath[];
    const [type = '', message = ''] = fields.slice(at + 1 + count, at + 3 + count);
    if (type.startsWith('CONFLICT'))
      conflicts.push({
        type: type.replace(/^CONFLICT \((.*)\)$/, '$1'),
        message: textOf(message as GitPath).trim(),
        paths: paths.map(textOf),
      });
    at += 3 + count;
  }
  // Entries without a message of their own still name what is in the way.
  if (conflicts.length === 0)
    conflicts.push({ type: 'contents', message: 'git could not merge these files', paths: [...files].map(textOf) });
  return { files: [...files], conflicts };
}

const maxPlaces = 20;

async function placesOf(
  tree: string,
  files: readonly GitPath[],
  name: (text: string) => string,
  options: GitOptions,
): Promise<ConflictPlace[]> {
  const places: ConflictPlace[] = [];
  for (const file of files.slice(0, maxPlaces)) {
    const path = textOf(file);
    const blob = await gitResult(['cat-file', 'blob', `${tree}:${path}`], options);
    if (blob.exitCode === 0) places.push(...hunksOf(path, blob.stdout).map(({ text }) => ({ path, text: name(text) })));
  }
  return places;
}

/** Whether an object store has a tree. */
export const hasTree = async (tree: string, options: GitOptions): Promise<boolean> =>
  (await gitResult(['cat-file', '-e', `${tree}^{tree}`], options)).exitCode === 0;

/** The tree of a commit. */
export const treeOfCommit = async (commit: string, options: GitOptions): Promise<string> =>
  (await git(['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`], options)).toString('utf8').trim();
