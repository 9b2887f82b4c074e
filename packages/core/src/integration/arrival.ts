import { type GitOptions, gitResult } from '../workspace/git.js';
import type { Repository } from '../workspace/repository.js';
import { Containment, type RunDiff } from './containment.js';
import type { IntegrationRecord } from './integration-record.js';
import { isAncestor, refsOf } from './reachable.js';
import { type RunTraces, tracesOf } from './run-traces.js';

/** The approved work of a run, as far as it matters to where it is. */
export interface ApprovedWork {
  readonly diff: RunDiff;
  /** The promoted commit; mostly it is only in the work tree of the run. */
  readonly commit: string | undefined;
  /** The branch of the user that the run began on; null where it began on none. */
  readonly branch: string | null;
  /** The checkouts that the diff was applied to. */
  readonly appliedTo: readonly string[];
}

/**
 * Where the approved work of a run is. `runId` is the run whose work that is: itself, or the one that mended its conflict.
 *
 * `merged`: a commit of it is in a branch of the user's. `contained`: such a branch has all that it changes, squashed, cherry-picked or
 * made again. `integrated`: it is on a branch that an integration built, and no further.
 */
export type Whereabouts =
  | { readonly how: 'applied'; readonly runId: string; readonly to: readonly string[] }
  | { readonly how: 'merged'; readonly runId: string; readonly into: string; readonly commit: string }
  | { readonly how: 'contained'; readonly runId: string; readonly into: string }
  | {
      readonly how: 'integrated';
      readonly runId: string;
      readonly into: string;
      readonly commit: string;
      readonly integration: string;
    }
  | { readonly how: 'nowhere'; readonly runId: string };

/** Whether work is where its user wants it: nobody has to integrate, merge or keep it. */
export const hasArrived = ({ how }: Whereabouts): boolean =>
  how === 'applied' || how === 'merged' || how === 'contained';

export interface ArrivalsOptions {
  readonly repository: Repository;
  /** The integrations that the user made in the repository. */
  readonly integrations: readonly IntegrationRecord[];
  /** The approved work of another run; undefined where it has none. */
  readonly workOf: (runId: string) => Promise<ApprovedWork | undefined>;
  readonly signal?: AbortSignal | undefined;
}

/** A ref and what it points to. */
interface Tip {
  readonly ref: string;
  readonly commit: string;
}

const isWholeId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Names the tip of a checkout that is on no branch. */
const detached = 'HEAD';

/**
 * Answers where approved work arrived, as the refs of a repository are when it is asked first. It costs nothing for what was applied, a
 * call of git or two for what was merged or touched by nobody, and a merge only where other commits changed the same files.
 *
 * A branch of the user's is: the one that is checked out, the one that the run began on, the one that an integration of it is meant for,
 * each of these on a remote, and what a remote's HEAD names. A branch that was built with it is none of them.
 */
export class Arrivals implements AsyncDisposable {
  readonly #options: ArrivalsOptions;
  readonly #git: GitOptions;
  readonly #containment: Containment;
  readonly #tips = new Map<string, Promise<readonly Tip[]>>();

  constructor(options: ArrivalsOptions) {
    const { repository, signal } = options;
    this.#options = options;
    this.#git = refsOf(repository, signal);
    this.#containment = new Containment(repository, signal);
  }

  /** Where the approved work of a run is. */
  async whereabouts(work: ApprovedWork): Promise<Whereabouts> {
    return this.#find(work.diff.runId, work, new Set());
  }

  /** The newest conflict of a run, and the run that was named to mend it. */
  conflictOf(runId: string): RunTraces['conflicts'][number] | undefined {
    return tracesOf(runId, this.#options.integrations).conflicts[0];
  }

  /** The commits that stand for the work of a run, and for what was made of it after a conflict. */
  async commitsOf(runId: string, seen = new Set<string>()): Promise<readonly string[]> {
    if (seen.has(runId)) return [];
    seen.add(runId);
    const traces = tracesOf(runId, this.#options.integrations);
    const own = (await this.#options.workOf(runId))?.commit;
    const commits = traces.commits.map(({ commit }) => commit);
    if (own !== undefined && isWholeId.test(own)) commits.push(own);
    for (const { followUp } of traces.conflicts)
      if (followUp !== null) commits.push(...(await this.commitsOf(followUp, seen)));
    return commits;
  }

  /** Whether a commit of the repository has the work of a run. */
  async isIn(commit: string, runId: string): Promise<boolean> {
    for (const own of await this.commitsOf(runId)) if (await isAncestor(own, commit, this.#git)) return true;
    const work = await this.#options.workOf(runId);
    return work !== undefined && (await this.#containment.holds(commit, work.diff));
  }

  /** Where the work of a run is; of a run that is gone, what integrations made of it tells that. */
  async #find(runId: string, work: ApprovedWork | undefined, seen: Set<string>): Promise<Whereabouts> {
    seen.add(runId);
    if (work && work.appliedTo.length > 0) return { how: 'applied', runId, to: work.appliedTo };
    const traces = tracesOf(runId, this.#options.integrations);
    const users = this.#branchesOfUser(work?.branch ?? null, traces);
    const reached = await this.#reached(runId, work?.commit, traces, users);
    if (reached && hasArrived(reached)) return reached;
    const mended = await this.#mended(traces, seen);
    if (mended && hasArrived(mended)) return mended;
    for (const { ref, commit } of work ? await this.#tipsOf(users) : [])
      if (work && (await this.#containment.holds(commit, work.diff))) return { how: 'contained', runId, into: ref };
    return reached ?? mended ?? { how: 'nowhere', runId };
  }

  /** Patterns of full names. */
  #branchesOfUser(branch: string | null, { built, meantFor }: RunTraces): readonly string[] {
    const { head } = this.#options.repository;
    const local = [head.branch, branch].flatMap((name) => (name === null ? [] : [`refs/heads/${name}`]));
    const names = [...new Set([...local, ...meantFor])].filter((ref) => !built.includes(ref));
    return [...names, ...names.map((ref) => ref.replace(/^refs\/heads\//, 'refs/remotes/*/')), 'refs/remotes/*/HEAD'];
  }

  async #reached(
    runId: string,
    promoted: string | undefined,
    { commits, built }: RunTraces,
    users: readonly string[],
  ): Promise<Whereabouts | undefined> {
    let onBuilt: Whereabouts | undefined;
    const known = [...commits, ...(promoted === undefined ? [] : [{ commit: promoted, integration: undefined }])];
    for (const { commit, integration } of known) {
      const found = (await this.#refs([`--contains=${commit}`, ...users, ...built])).map(({ ref }) => ref);
      const into = found.find((ref) => !built.includes(ref));
      if (into !== undefined) return { how: 'merged', runId, into, commit };
      if (await this.#isInDetachedHead(commit)) return { how: 'merged', runId, into: detached, commit };
      const [branch] = found;
      if (branch !== undefined && integration !== undefined)
        onBuilt ??= { how: 'integrated', runId, into: branch, commit, integration };
    }
    return onBuilt;
  }

  /** Where the work of a run is that was started to mend a conflict. */
  async #mended({ conflicts }: RunTraces, seen: Set<string>): Promise<Whereabouts | undefined> {
    let onBuilt: Whereabouts | undefined;
    for (const { followUp } of conflicts) {
      if (followUp === null || seen.has(followUp)) continue;
      const found = await this.#find(followUp, await this.#options.workOf(followUp), seen);
      if (hasArrived(found)) return found;
      if (found.how === 'integrated') onBuilt ??= found;
    }
    return onBuilt;
  }

  async #isInDetachedHead(commit: string): Promise<boolean> {
    const { head } = this.#options.repository;
    return head.branch === null && (await isAncestor(commit, head.commit, this.#git));
  }

  /** The tips of branches, each commit once. */
  #tipsOf(patterns: readonly string[]): Promise<readonly Tip[]> {
    const key = patterns.join(' ');
    const known = this.#tips.get(key) ?? this.#readTips(patterns);
    this.#tips.set(key, known);
    return known;
  }

  async #readTips(patterns: readonly string[]): Promise<readonly Tip[]> {
    const { head } = this.#options.repository;
    const own = head.branch === null ? [{ ref: detached, commit: head.commit }] : [];
    const tips = [...own, ...(await this.#refs([...patterns]))];
    return tips.filter(({ commit }, index) => tips.findIndex((tip) => tip.commit === commit) === index);
  }

  /** Refs in the order of their names; what only names another one is called like that. None where git does not have what is asked for. */
  async #refs(args: readonly string[]): Promise<readonly Tip[]> {
    const { exitCode, stdout } = await gitResult(
      ['for-each-ref', '--format=%(objectname) %(refname) %(symref)', ...args],
      this.#git,
    );
    if (exitCode !== 0) return [];
    const lines = stdout.toString('utf8').split('\n').filter(Boolean);
    return lines.map((line) => {
      const [commit = '', ref = '', named = ''] = line.split(' ');
      return { ref: named === '' ? ref : named, commit };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#containment[Symbol.asyncDispose]();
  }
}
