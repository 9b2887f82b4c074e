import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from '@codex-orch/core';
import { TargetFetchError } from './errors.js';
import type { NpmOrigin, Target } from './target.js';

/** Where the tarballs of packages come from; they are verified by who asks. */
export interface TargetSource {
  /**
   * The path of the tarball, which it may put into the folder.
   *
   * Throws {@link TargetFetchError}.
   */
  tarball(target: PublishedPackage, into: string, signal?: AbortSignal): Promise<string>;
}

/** What is asked of a registry. */
export interface PublishedPackage extends Pick<Target, 'name' | 'version'>, Pick<NpmOrigin, 'package'> {}

/**
 * The registry that npm is set up for.
 *
 * @param env npm's environment, with the user's own settings: nothing of a target runs while it is fetched
 */
export function npmSource(env: Readonly<Record<string, string>>): TargetSource {
  return {
    async tarball({ name, package: of, version }, into, signal) {
      const args = ['pack', `${of}@${version}`, '--ignore-scripts', '--silent', '--pack-destination', into];
      const result = await runCommand('npm', args, { cwd: into, env, signal, timeoutMs: 5 * 60_000 });
      signal?.throwIfAborted();
      const [file] = (await readdir(into)).filter((entry) => entry.endsWith('.tgz'));
      if (result.exitCode !== 0 || file === undefined)
        throw new TargetFetchError(name, `"npm ${args.join(' ')}": ${result.stderr.toString().trim()}`);
      return path.join(into, file);
    },
  };
}
