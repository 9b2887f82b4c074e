import { gitResult } from '@codex-orch/core';
import { CloudEnvironmentAmbiguousError } from '../cli/errors.js';
import { repositoryName } from './repository-name.js';

/**
 * `owner/name` of the repository that a checkout came from: its `origin`, else all its remotes when they agree. Undefined when no
 * remote is on GitHub.
 *
 * Only the checkout's own config is read, which runs nothing. Throws {@link CloudEnvironmentAmbiguousError} and `GitMissingError`.
 */
export async function remoteRepository(root: string, signal?: AbortSignal): Promise<string | undefined> {
  const { stdout } = await gitResult(['config', '--local', '-z', '--get-regexp', String.raw`^remote\..*\.url$`], {
    cwd: root,
    signal,
  });
  const remotes = stdout
    .toString('utf8')
    .split('\0')
    .flatMap((entry) => {
      const [key = '', ...url] = entry.split('\n');
      const name = repositoryName(url.join('\n'));
      return name === undefined ? [] : [{ isOrigin: key === 'remote.origin.url', name }];
    });
  const origin = remotes.find(({ isOrigin }) => isOrigin)?.name;
  const names = [...new Set(remotes.map(({ name }) => name.toLowerCase()))];
  if (origin === undefined && names.length > 1) throw new CloudEnvironmentAmbiguousError(root, names);
  return origin ?? remotes[0]?.name;
}
