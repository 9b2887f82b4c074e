import { type GitOptions, gitResult } from '../workspace/git.js';
import type { Repository } from '../workspace/repository.js';
import { Containment, type RunDiff } from './containment.js';
import type { IntegrationRecord } from './integration-record.js';
import { refsOf } from './reachable.js';
import { isBuilt, type RunTraces, tracesOf, userBranch } from './run-traces.js';

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

/** Whether work is where its user wants it: nobody has to integrate or merge it. */
export const hasArrived = ({ how }: Whereabouts): boolean =>
  how === 'applied' || how === 'merged' || how === 'contained';

/**
 * Whether nothing is lost with what a run left of its work: its user changed a checkout with it, or has a commit of it in a branch on this
 * machine. What only looks alike, or is on a remote that may take it back, is not enough.
 */
export const isHeld = (found: Whereabouts): boolean =>
  found.how === 'applied' || (found.how === 'merged' && found.into.startsWith('refs/heads/'));

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

/**
 * Answers where approved work arrived, as the refs of a repository are when it is asked first. It costs nothing for what was applied, a
 * call of git or two for what was merged or touched by nobody, and a merge only where other commits changed the same files.
 *
 * A branch of the user's is: the one that the run began on, the one that an integration of it is meant for, each of these on a remote, and
 * what a remote's HEAD names. A branch that any integration built is none of them, and nobody has taken work by checking something out.
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
  #branchesOfUser(branch: string | null, { meantFor }: RunTraces): readonly string[] {
    const own = branch === null ? null : userBranch(`refs/heads/${branch}`, this.#options.integrations);
    const names = [...new Set([...(own === null ? [] : [own]), ...meantFor])];
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
      const into = found.find((ref) => this.#isOfUser(ref));
      if (into !== undefined) return { how: 'merged', runId, into, commit };
      const branch = found.find((ref) => built.includes(ref));
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

  /** What a remote's HEAD names may be a branch that was built here and pushed. */
  #isOfUser(ref: string): boolean {
    return !isBuilt(ref.replace(/^refs\/remotes\/[^/]+\//, 'refs/heads/'), this.#options.integrations);
  }

  /** The tips of branches, each commit once. */
  #tipsOf(patterns: readonly string[]): Promise<readonly Tip[]> {
    const key = patterns.join(' ');
    const known = this.#tips.get(key) ?? this.#readTips(patterns);
    this.#tips.set(key, known);
    return known;
  }

  async #readTips(patterns: readonly string[]): Promise<readonly Tip[]> {
    const tips = (await this.#refs([...patterns])).filter(({ ref }) => this.#isOfUser(ref));
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
