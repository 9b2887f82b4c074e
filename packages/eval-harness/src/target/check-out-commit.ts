import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git, GitFailedError, type GitOptions, makeFolder } from '@codex-orch/core';
import { TargetFetchError } from './errors.js';
import type { GitOrigin } from './target.js';

/**
 * The files of one commit of a repository, byte by byte as they were committed: no hook, filter, attribute or configuration of it has
 * a say, submodules stay empty, and no branch or tag is asked.
 *
 * Throws {@link TargetFetchError}.
 */
export async function checkOutCommit(
  target: string,
  { url, commit }: GitOrigin,
  { into, signal }: { readonly into: string; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const [gitDir, tree] = [path.join(into, 'git'), path.join(into, 'tree')];
  await makeFolder(tree);
  const objectFormat = `--object-format=${commit.length === 64 ? 'sha256' : 'sha1'}`;
  const inTree: GitOptions = { cwd: tree, gitDir, workTree: tree, signal, config: ['core.autocrlf=false'] };
  try {
    await git(['init', '--quiet', '--bare', '--template=', objectFormat], { cwd: tree, gitDir, signal });
    await makeFolder(path.join(gitDir, 'info'));
    // Stands above the attributes in the tree.
    await writeFile(path.join(gitDir, 'info/attributes'), '* -text -filter -ident -working-tree-encoding\n');
    await git(
      ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', url, commit],
      { cwd: tree, gitDir, signal, ...remoteAccess() },
    );
    await git(['read-tree', commit], inTree);
    await git(['checkout-index', '--all', '--quiet'], inTree);
  } catch (error) {
    if (!(error instanceof GitFailedError)) throw error;
    throw new TargetFetchError(target, `commit ${commit} of ${url}: ${error.message}`, error);
  }
  return tree;
}

/** Settings with which git may ask another repository. A login is not among them: targets are public. */
export function remoteAccess(): Pick<GitOptions, 'config' | 'env'> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTPS_PROXY', 'NO_PROXY', 'SSL_CERT_FILE', 'GIT_SSL_CAINFO'];
  const proxies = names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    // A server that is silent for a minute will not answer.
    config: ['http.lowSpeedLimit=1', 'http.lowSpeedTime=60'],
    env: { GIT_ALLOW_PROTOCOL: 'https:file', ...(Object.fromEntries(proxies) as Record<string, string>) },
  };
}
