import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';

/** A configuration that keeps these folders' own Codex configuration from being loaded. */
export type UntrustedProjects = Readonly<Record<string, { readonly trust_level: 'untrusted' }>>;

export const untrusted = (folders: readonly string[]): UntrustedProjects =>
  Object.fromEntries(folders.map((folder) => [folder, { trust_level: 'untrusted' as const }]));

/**
 * Marks a work folder, and the repositories around it, as untrusted.
 *
 * Codex looks a folder up by its exact path and takes one that it does not find for new: with a writable sandbox it then trusts it
 * and starts what its `.codex/config.toml` names. So every thread says this about its own folder, whatever config.toml lists.
 */
export async function untrustedProjects(cwd: string): Promise<UntrustedProjects> {
  const given = path.resolve(cwd);
  const real = await realpath(given).catch(() => given);
  const roots = await Promise.all([given, real].map(repositoriesAround));
  return untrusted([...new Set([given, real, ...roots.flat()])]);
}

async function repositoriesAround(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    const marked = await lstat(path.join(at, '.git')).then(
      () => true,
      () => false,
    );
    if (marked) found.push(at);
    if (at === path.dirname(at)) return found;
  }
}
