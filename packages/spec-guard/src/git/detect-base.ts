/** A base that nobody named: which revision, and how we came to it, to be told in the output. */
export interface DetectedBase {
  readonly revision: string;
  readonly from: string;
}

const commits = ['CI_MERGE_REQUEST_DIFF_BASE_SHA'] as const;

/** What Nx compares with; asked last, as it is often set for a whole pipeline. */
const revisions = ['NX_BASE'] as const;

const branches = [
  'GITHUB_BASE_REF',
  'CI_MERGE_REQUEST_TARGET_BRANCH_NAME',
  'BITBUCKET_PR_DESTINATION_BRANCH',
  'BUILDKITE_PULL_REQUEST_BASE_BRANCH',
  'SYSTEM_PULLREQUEST_TARGETBRANCH',
  'CHANGE_TARGET',
] as const;

/**
 * The base of the pull request that a CI system builds, from what it puts into the environment.
 *
 * Only ever a default: a base that was named wins, and the output says which variable decided. The branch is looked for as the
 * remote `origin` has it, because a CI's clone has no local one.
 */
export function detectBase(env: Readonly<Record<string, string | undefined>>): DetectedBase | undefined {
  for (const name of commits) if (env[name]) return { revision: env[name], from: name };
  for (const name of branches) {
    const branch = env[name]?.replace(/^refs\/heads\//, '');
    if (branch) return { revision: `refs/remotes/origin/${branch}`, from: name };
  }
  for (const name of revisions) if (env[name]) return { revision: env[name], from: name };
  return undefined;
}
