import { tmpdir } from 'node:os';
import { git, GitFailedError, runCommand } from '@codex-orch/core';
import { z } from 'zod';
import { remoteAccess } from './check-out-commit.js';
import { TargetFetchError } from './errors.js';
import type { GitOrigin, NpmOrigin, Target } from './target.js';

/** What a target can be pinned at. */
export interface Release {
  readonly version: string;
  /** Of a git origin: what the version stands for now. */
  readonly commit?: string | undefined;
}

export interface FindReleaseOptions {
  /** npm's environment, with the user's own settings. */
  readonly env: Readonly<Record<string, string>>;
  /** A version or a tag of npm; a tag of git or the full id of a commit. The newest release without it. */
  readonly wanted?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks a target's registry or repository for a release. The newest one of a registry is what it calls the latest, or the highest that the
 * target follows; the newest one of a repository has the highest tag like `v1.2.3`; where there
 * is none, it is the head of the default branch.
 *
 * Throws {@link TargetFetchError}.
 */
export function findRelease(target: Pick<Target, 'name' | 'origin'>, options: FindReleaseOptions): Promise<Release> {
  const { name, origin } = target;
  return origin.kind === 'npm' ? ofRegistry(name, origin, options) : ofRepository(name, origin, options);
}

async function ofRegistry(
  target: string,
  { package: of, follow }: NpmOrigin,
  { env, wanted, signal }: FindReleaseOptions,
): Promise<Release> {
  const asked = wanted ?? follow;
  const args = ['view', '--json', '--', asked === undefined ? of : `${of}@${asked}`, 'version'];
  const result = await runCommand('npm', args, { cwd: tmpdir(), env, signal, timeoutMs: 60_000 });
  signal?.throwIfAborted();
  if (result.exitCode !== 0) throw new TargetFetchError(target, saidBy(result.stdout, result.stderr));
  const found = versionsSchema.safeParse(attempt(result.stdout.toString()));
  if (!found.success) throw new TargetFetchError(target, `its registry has no version ${asked ?? 'of it'}.`);
  const versions = [found.data].flat();
  if (wanted !== undefined && versions.length > 1)
    throw new TargetFetchError(target, `${wanted} is more than one version.`);
  // The registry does not tell them in their order.
  const [version] = versions.length > 1 ? versions.filter((each) => release.test(each)).sort(byNumbers) : versions;
  if (version === undefined) throw new TargetFetchError(target, `no version like ${String(asked)} is a release.`);
  return { version };
}

const release = /^\d+\.\d+\.\d+$/;

const versionsSchema = z.union([z.string(), z.array(z.string()).min(1)]);

const errorSchema = z.object({ error: z.object({ summary: z.string() }) });

/** With `--json`, npm says why on standard output. */
function saidBy(stdout: Buffer, stderr: Buffer): string {
  const said = errorSchema.safeParse(attempt(stdout.toString()));
  const text = said.success ? said.data.error.summary : stderr.toString();
  return text.trim().split('\n')[0] || 'npm did not say why.';
}

function attempt(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

async function ofRepository(target: string, { url }: GitOrigin, options: FindReleaseOptions): Promise<Release> {
  const { wanted, signal } = options;
  if (wanted !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(wanted))
    return { version: wanted.slice(0, 12), commit: wanted };
  const refs = await refsOf(target, url, signal);
  if (wanted !== undefined) {
    const commit = refs.get(`refs/tags/${wanted}`);
    if (commit === undefined)
      throw new TargetFetchError(target, `${url} has no tag ${wanted}. A branch moves, and is no release.`);
    return { version: wanted, commit };
  }
  const [newest] = [...refs.keys()].flatMap((ref) => releaseTag.exec(ref)?.[1] ?? []).sort(byNumbers);
  const commit = refs.get(newest === undefined ? 'HEAD' : `refs/tags/${newest}`);
  if (commit === undefined) throw new TargetFetchError(target, `${url} has no commit.`);
  return { version: newest ?? commit.slice(0, 12), commit };
}

const releaseTag = /^refs\/tags\/(v?\d+\.\d+\.\d+)$/;

const numbersOf = (tag: string): number[] => (tag.match(/\d+/g) ?? []).map(Number);

/** The highest first. */
function byNumbers(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  const at = a.findIndex((number, index) => number !== b[index]);
  return at === -1 ? 0 : (b[at] ?? 0) - (a[at] ?? 0);
}

/** The commits of the head and of the tags, also of those that are objects of their own. */
async function refsOf(target: string, url: string, signal: AbortSignal | undefined): Promise<Map<string, string>> {
  try {
    const listed = await git(['ls-remote', '--quiet', url, 'HEAD', 'refs/tags/*'], {
      cwd: tmpdir(),
      signal,
      ...remoteAccess(),
    });
    // The line of what a tag points to comes after that of the tag.
    return new Map(
      listed
        .toString()
        .split('\n')
        .flatMap((line) => {
          const [commit, ref] = line.split('\t');
          return commit && ref ? [[ref.replace(/\^\{\}$/, ''), commit] as const] : [];
        }),
    );
  } catch (error) {
    if (!(error instanceof GitFailedError)) throw error;
    throw new TargetFetchError(target, `${url}: ${error.message}`, error);
  }
}
