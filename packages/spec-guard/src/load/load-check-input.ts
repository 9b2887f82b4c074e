import { type GitOptions, type ProbedRepository, probeRepository } from '@codex-orch/core';
import type { ChangedPath, CheckInput, SourceFile } from '../check/check-input.js';
import { lazily } from '../check/lazy-readers.js';
import { guardPaths } from '../check/guard-paths.js';
import type { ChangeEntry, LineCounts } from '../git/change-entry.js';
import { type GitPath, textOf } from '../git/git-path.js';
import { ObjectReader } from '../git/object-reader.js';
import { ScratchGitDirectory } from '../git/scratch.js';
import { TreeView } from '../git/tree.js';
import { registryOf } from '../registry/read-registry.js';
import { type Change, compare, findEnds, findTip } from './comparison.js';
import { withChangedSpecs } from './changed-specs.js';
import { countsWanted } from './counts-wanted.js';
import { selectFiles } from './files-option.js';
import { type GuardPaths, readGuardFiles } from './guard-files.js';
import { type Overlay, overlayOf, SpecFiles } from './head-files.js';
import { readAddedDependencies } from './manifests.js';
import { readMarked } from './marked-files.js';
import { SourceReader } from './source-reader.js';
import { withUntrackedLines } from './untracked-lines.js';

export interface LoadOptions {
  /** Any folder of the repository's work tree. */
  readonly root: string;
  /** What `probeRepository` says of `root`, if it was asked already. */
  readonly repository?: ProbedRepository | undefined;
  /** The moment that the check takes for now, in milliseconds since the epoch. */
  readonly at: number;
  /**
   * A revision: what is checked are the commits from its merge base with HEAD up to HEAD. All zeros stand for the empty tree.
   * Without it and `staged`, the work tree is compared with HEAD: tracked files, and untracked ones that are not ignored.
   */
  readonly base?: string | undefined;
  /** The full id of the commit that is checked in the place of HEAD; only with `base`. */
  readonly head?: string | undefined;
  /** Where the base came from, for an error, if nobody named it; see `detectBase`. */
  readonly baseFrom?: string | undefined;
  /** Compares the index with HEAD. */
  readonly staged?: boolean | undefined;
  /**
   * The index that is being committed; only with `staged`. By default the one that git names in `GIT_INDEX_FILE` while it runs a
   * hook, which must be in the git directory, or else the repository's.
   */
  readonly indexFile?: string | undefined;
  /** Only these files of the change, relative to the repository's root; they count as changed even where they did not. */
  readonly files?: readonly string[] | undefined;
  /** Everything is checked, not a change. */
  readonly all?: boolean | undefined;
  readonly paths?: Partial<GuardPaths> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads everything that `checkSpecs` looks at, from git and the work tree, and changes nothing.
 *
 * No hook, filter, monitor or other program that the repository configures is run. Policy and allowed signers come from the tip
 * of the base, so that a change can choose its rules neither by its content nor by where it forked; index, baseline and override
 * log of the base from the merge base, as that is what the change started with.
 * Throws the errors of `git/`, and `NotARepositoryError`, `BareRepositoryError`, `GitMissingError` and `ObjectsMissingError` of core.
 */
export async function loadCheckInput(options: LoadOptions): Promise<CheckInput> {
  const { signal } = options;
  const change = changeOf(options);
  const tip = findTip(change, { cwd: options.root, signal, withUserConfig: true });
  heardLater(tip);
  const found = options.repository ?? (await probeRepository(options.root, signal));
  const repository = options.base === undefined ? found : { ...found, head: options.head ?? found.head };
  await using scratch = await ScratchGitDirectory.make(repository);
  const git = gitOptions(repository, scratch, signal);
  await using objects = await ObjectReader.start(git);
  // Aborting ends the reader, and with it whatever waits for it.
  using _ = onAbort(signal, () => void objects[Symbol.asyncDispose]());
  try {
    return await loadFrom({ repository, change, tip, scratch, objects }, options);
  } catch (error) {
    // What fails because the reader was ended is no fault of git's.
    signal?.throwIfAborted();
    throw error;
  }
}

/** Lets a promise fail before it is waited for. */
const heardLater = (promise: Promise<unknown>): void => void promise.catch(() => undefined);

const noCounts: LineCounts = new Map();

interface Opened {
  readonly repository: ProbedRepository;
  readonly change: Change;
  readonly tip: Promise<string | undefined>;
  readonly scratch: ScratchGitDirectory;
  readonly objects: ObjectReader;
}

async function loadFrom(
  { repository, change, tip, scratch, objects }: Opened,
  options: LoadOptions,
): Promise<CheckInput> {
  const git = gitOptions(repository, scratch, options.signal);
  const paths: GuardPaths = { ...guardPaths, ...options.paths };
  const reader = new SourceReader(objects, repository.root);
  const viewOf = (id: string | undefined) => (id === undefined ? undefined : new TreeView(objects, id));
  const head = viewOf(repository.head);
  const specs = new SpecFiles(reader, paths.specs);

  const known = new Map<string, Promise<SourceFile | undefined>>();
  const filesOf = (rules: TreeView | undefined, records: TreeView | undefined, over?: Overlay) =>
    readGuardFiles(reader, paths, { rules, records, overlay: over, known });
  // Most is as HEAD has it, so that is read while git compares.
  const committed = filesOf(head, head);
  const readIndex = committed.then(({ index }) => index && lazily((readers) => registryOf(index, readers.registry)));
  heardLater(readIndex);
  const readSpecs = head ? specs.addTree(head) : Promise.resolve();
  heardLater(readSpecs);
  const compareEnds = async () => {
    const ends = await findEnds(repository, change, await tip, git);
    return { ends, comparison: await compare(repository, change, ends, scratch, git) };
  };
  const [{ ends, comparison }] = await Promise.all([
    compareEnds(),
    committed,
    change.of === 'commits' ? undefined : readSpecs,
  ]);
  const overlay = change.of === 'commits' ? undefined : overlayOf(comparison.entries);
  if (overlay) await specs.apply(overlay);

  const from = ends.from === repository.head ? head : viewOf(ends.from);
  const entries = options.files ? await selectFiles(comparison.entries, options.files, head) : comparison.entries;
  const ofHead = overlay ? filesOf(head, head, overlay) : committed;
  const base = options.all ? ofHead : filesOf(ends.policy === ends.from ? from : viewOf(ends.policy), from);
  const [{ index, ...headFiles }, ofBase, counts, gained, marked, commits] = await Promise.all([
    ofHead,
    base,
    base.then(async ({ policy }) =>
      options.all || !(await countsWanted(policy, entries))
        ? noCounts
        : withUntrackedLines(await comparison.counts(), entries, reader),
    ),
    readAddedDependencies(reader, options.all ? [] : entries),
    options.all ? undefined : readMarked(reader, entries),
    options.all ? [] : withChangedSpecs(comparison.commits, entries, { folder: paths.specs, reader, git }),
    readSpecs,
  ]);
  return {
    at: options.at,
    changes: options.all ? undefined : entries.map((entry) => changedPathOf(entry, counts, gained)),
    index,
    specs: specs.sorted(),
    marked,
    base: ofBase,
    head: headFiles,
    commits,
    baseRevision: ends.policy === undefined ? undefined : ends.from,
    headRevision: change.of === 'commits' ? ends.head : undefined,
  };
}

const gitOptions = (
  repository: ProbedRepository,
  scratch: ScratchGitDirectory,
  signal: AbortSignal | undefined,
): GitOptions => ({
  cwd: repository.root,
  gitDir: scratch.dir,
  // Blobs over 1 MiB are never of use whole, and git holds smaller ones in memory.
  config: ['core.bigFileThreshold=2m'],
  signal,
});

function changeOf({ base, baseFrom, staged, indexFile }: LoadOptions): Change {
  if (base !== undefined) return { of: 'commits', base, baseFrom };
  return staged ? { of: 'index', indexFile: indexFile ?? process.env['GIT_INDEX_FILE'] } : { of: 'work-tree' };
}

function changedPathOf(
  { path, status, from }: ChangeEntry,
  counts: LineCounts,
  gained: ReadonlyMap<GitPath, readonly string[]>,
): ChangedPath {
  const addedDependencies = gained.get(path);
  return {
    path: textOf(path),
    status,
    ...(from === undefined ? {} : { from: textOf(from) }),
    ...counts.get(path),
    ...(addedDependencies === undefined ? {} : { addedDependencies }),
  };
}

function onAbort(signal: AbortSignal | undefined, act: () => void): Disposable {
  signal?.addEventListener('abort', act, { once: true });
  return { [Symbol.dispose]: () => signal?.removeEventListener('abort', act) };
}
