import { git, gitResult, type Repository } from '@codex-orch/core';
import { IntegrationLayout, type IntegrationRecord, readIntegration } from '@codex-orch/core/integration';
import { ownIntegrations } from './find-integration.js';

/** What is left to do with the branch of an integration, and with those of earlier ones. */
export interface BranchesAfter {
  /** The branch that it was built on and is meant for; null where it was built on a commit alone. */
  readonly base: string | null;
  /** Whether that branch is the one that is checked out. */
  readonly isBaseCheckedOut: boolean;
  /** Whether the base has all of it. */
  readonly isMerged: boolean;
  /** Branches of integrations that the result contains, its own first: once it is merged, nothing is lost with them. */
  readonly contained: readonly string[];
  /** Branches of earlier integrations whose runs are all in this one, built anew: git sees nothing in common. */
  readonly replaced: readonly string[];
}

/** Looks at the branches of a repository; undefined where the branch of an integration was not moved. */
export async function branchesAfter(
  env: NodeJS.ProcessEnv,
  { root, gitDir, head }: Repository,
  record: IntegrationRecord,
): Promise<BranchesAfter | undefined> {
  const { tip, held, branch, base } = record;
  if (tip === null || held !== null) return undefined;
  const refs = async (...args: string[]): Promise<string[]> => {
    const found = await git(['for-each-ref', '--format=%(refname)', ...args], { cwd: gitDir, gitDir });
    return found.toString('utf8').split('\n').filter(Boolean);
  };
  const isSo = async (...args: string[]): Promise<boolean> =>
    (await gitResult(args, { cwd: gitDir, gitDir })).exitCode === 0;
  // Git has removed it, together with the branch.
  if (!(await isSo('cat-file', '-e', `${tip}^{commit}`))) return undefined;
  const isIn = (commit: string): Promise<boolean> => isSo('merge-base', '--is-ancestor', commit, tip);
  const own = await refs(branch);
  const isMerged = base.ref !== null && (await refs(`--contains=${tip}`, base.ref)).length > 0;
  // Nothing has what was built.
  if (!isMerged && (await refs(`--contains=${tip}`, branch)).length === 0) return undefined;
  const others = (await refs(`--merged=${tip}`, 'refs/heads/codex-orch/integration/')).filter((ref) => ref !== branch);
  return {
    base: base.ref === null ? null : short(base.ref),
    isBaseCheckedOut: base.ref === null || base.ref === `refs/heads/${head.branch ?? ''}`,
    isMerged,
    contained: [...own, ...others].map(short),
    replaced: (await replacedBy(env, root, record, { refs, isIn })).filter((ref) => !others.includes(ref)).map(short),
  };
}

async function replacedBy(
  env: NodeJS.ProcessEnv,
  root: string,
  { id, branch, runs }: IntegrationRecord,
  {
    refs,
    isIn,
  }: {
    readonly refs: (...args: string[]) => Promise<string[]>;
    /** Whether the result contains a commit. */
    readonly isIn: (commit: string) => Promise<boolean>;
  },
): Promise<string[]> {
  const layout = new IntegrationLayout(root);
  const present = new Set(integrated(runs));
  const replaced: string[] = [];
  for (const other of await ownIntegrations(env, root)) {
    if (other >= id) continue;
    const earlier = await readIntegration(layout.folderOf(other)).catch(() => undefined);
    if (!earlier?.tip || earlier.branch === branch || !earlier.branch.startsWith('refs/heads/codex-orch/')) continue;
    if (!integrated(earlier.runs).every((run) => present.has(run))) continue;
    // What it was built onto is in no record of this one, and where somebody went on with it, it is theirs.
    if (earlier.branchBefore !== null || earlier.base.commit === null || !(await isIn(earlier.base.commit))) continue;
    const isAsBuilt = (await refs(`--points-at=${earlier.tip}`, earlier.branch).catch(() => [])).length > 0;
    if (isAsBuilt) replaced.push(earlier.branch);
  }
  return replaced;
}

const integrated = (runs: IntegrationRecord['runs']): string[] =>
  runs.flatMap(({ runId, outcome }) => (outcome === 'integrated' ? [runId] : []));

const short = (ref: string): string => ref.replace(/^refs\/heads\//, '');
