import { lstat, mkdir, readdir, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';
import { resolveInside } from '../fs/contained-path.js';
import { GitFailedError } from './errors.js';
import { git, type GitOptions, gitResult } from './git.js';
import { type GitPath, gitPathOf, joinNul, splitNul, textOf } from './git-path.js';

/** `link` borrows installed dependencies from the user's checkout, `none` leaves the workspace as git made it. */
export type DependencyPolicy = 'link' | 'none';

export interface LinkDependenciesOptions {
  /** The user's checkout. */
  readonly from: string;
  /** The work tree. */
  readonly to: string;
  readonly policy: DependencyPolicy;
  /** The paths that git tracks in the work tree. */
  readonly tracked: () => Promise<readonly GitPath[]>;
  readonly git: GitOptions;
  /** Called before anything is linked, so that no link can ever be taken for work. */
  readonly remember: (linked: readonly string[]) => Promise<void>;
}

const ROOT_FOLDERS = ['node_modules', '.venv', 'venv', 'vendor'];
const MAX_PACKAGES = 1000;
/** Caches that tools write into node_modules: a workspace gets its own. */
const isCache = (name: string) => /^\.(?:cache|vite|vitest|vite-temp|tmp|turbo|nx)/.test(name);

/** See {@link Workspace.linkDependencies}. */
export async function linkDependencies({
  from,
  to,
  policy,
  tracked,
  git: options,
  remember,
}: LinkDependenciesOptions): Promise<readonly string[]> {
  if (policy === 'none') return [];
  const folders = [...ROOT_FOLDERS, ...packageFolders(await tracked()).map((folder) => `${folder}/node_modules`)];
  const candidates = [];
  for (const folder of await existingFolders(from, [...new Set(folders)])) {
    if ((await lstat(path.join(to, folder)).catch(() => undefined)) === undefined) candidates.push(folder);
  }
  const free = await ignoredAndUntracked(candidates, options);
  if (free.length === 0) return [];
  await remember(free);
  for (const folder of free) {
    // A package may have gone, or become a link, since the list was made.
    const place = await resolveInside(to, folder);
    await mkdir(path.dirname(place), { recursive: true });
    if (path.basename(folder) === 'node_modules') await mirrorNodeModules(from, to, folder, place);
    else await symlink(path.join(from, folder), place, 'dir');
  }
  return free;
}

function packageFolders(tracked: readonly GitPath[]): string[] {
  const manifests = tracked.filter((file) => file.endsWith('/package.json'));
  return manifests.slice(0, MAX_PACKAGES).map((file) => path.posix.dirname(textOf(file)));
}

async function existingFolders(root: string, folders: readonly string[]): Promise<string[]> {
  const found = [];
  for (const folder of folders) {
    if ((await lstat(path.join(root, folder)).catch(() => undefined))?.isDirectory()) found.push(folder);
  }
  return found;
}

async function ignoredAndUntracked(folders: readonly string[], options: GitOptions): Promise<string[]> {
  if (folders.length === 0) return [];
  // Whether a folder is ignored is asked for a file in it: "node_modules/" in .gitignore matches no link of that name.
  const [before, after] = ['./', '/.probe'];
  const asked = joinNul(folders.map((folder) => gitPathOf(before + folder + after)));
  // This command refuses to take its paths literally.
  const env = { GIT_LITERAL_PATHSPECS: '0' };
  const ignored = await gitResult(['check-ignore', '-z', '--stdin', '--no-index'], { ...options, env, input: asked });
  if (ignored.exitCode !== 0 && ignored.exitCode !== 1)
    throw new GitFailedError('check-ignore', ignored.exitCode, ignored.stderr.toString('utf8'));
  const tracked = await git(['ls-files', '-z', '--cached', '--', ...folders], options);
  const trackedPaths = splitNul(tracked).map(textOf);
  return splitNul(ignored.stdout)
    .map((entry) => textOf(entry).slice(before.length, -after.length))
    .filter((folder) => !trackedPaths.some((file) => file.startsWith(`${folder}/`)));
}

/**
 * Makes a real node_modules whose entries are links: packages of the monorepo itself lead to their copy in the work tree,
 * everything else to what the user has installed. One link for the whole folder would test the user's copies instead.
 */
async function mirrorNodeModules(from: string, to: string, folder: string, place: string): Promise<void> {
  await mkdir(place);
  const source = path.join(from, folder);
  const realFrom = await realpath(from);
  const mirror = async (name: string): Promise<void> => {
    const original = path.join(source, name);
    const real = await realpath(original).catch(() => undefined);
    // A broken link is of no use to anybody.
    if (real === undefined) return;
    const inside = path.relative(realFrom, real);
    const isOwnPackage =
      inside !== '' &&
      !inside.startsWith('..') &&
      !path.isAbsolute(inside) &&
      !inside.split(path.sep).includes('node_modules');
    await symlink(isOwnPackage ? path.join(to, inside) : original, path.join(place, name));
  };
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (isCache(entry.name)) continue;
    if (entry.name.startsWith('@') && entry.isDirectory()) {
      await mkdir(path.join(place, entry.name));
      for (const name of await readdir(path.join(source, entry.name))) await mirror(path.join(entry.name, name));
    } else {
      await mirror(entry.name);
    }
  }
}
