import { failpoint } from '../failpoint/failpoint.js';
import { git, type GitOptions, gitValue } from './git.js';
import { checkObjectId } from './object-id.js';

export interface CommitOptions {
  readonly tree: string;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  /** Author and committer time: an ISO 8601 time, or milliseconds since the epoch. Git keeps seconds. */
  readonly at: string | number;
}

/** Where the work of a goal is found in its git directory, once it is promoted. */
export const workBranch = 'refs/heads/codex-orch';

/** Commits a tree on a parent and points our branch at it; the id depends on the arguments alone. */
export async function commitTree(
  parent: string,
  { tree, message, author, at }: CommitOptions,
  options: GitOptions,
): Promise<string> {
  const date = `@${Math.floor(timeOf(at) / 1000)} +0000`;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
  const commit = await gitValue(['commit-tree', checkObjectId(tree, 'tree'), '-p', parent], {
    ...options,
    config: [...(options.config ?? []), 'i18n.commitEncoding=UTF-8'],
    env,
    input: message.endsWith('\n') ? message : `${message}\n`,
  });
  failpoint('commit.made');
  await git(['update-ref', workBranch, commit], options);
  failpoint('commit.referenced');
  return commit;
}

function timeOf(at: string | number): number {
  const time = new Date(at).getTime();
  if (Number.isNaN(time))
    throw new RangeError(`Not a time: ${JSON.stringify(at)}. Give an ISO 8601 time or milliseconds.`);
  return time;
}
