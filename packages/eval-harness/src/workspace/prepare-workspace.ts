import { fetchTarget } from '../target/fetch-target.js';
import { installTarget } from '../target/install-target.js';
import { npmSource, type TargetSource } from '../target/target-source.js';
import { TargetWorkspace, type WorkspaceOptions } from './target-workspace.js';
import type { Usage } from './watch-usage.js';

export interface PrepareOptions extends Pick<WorkspaceOptions, 'dir' | 'placed' | 'sandbox' | 'signal'> {
  /** Folder for tarballs and installations, by their hashes. */
  readonly cacheDir: string;
  /** npm's environment while the target is fetched and installed; its own scripts do not run then. */
  readonly env: Readonly<Record<string, string>>;
  /** npm's registry by default. */
  readonly source?: TargetSource | undefined;
}

export interface PreparedWorkspace {
  readonly workspace: TargetWorkspace;
  /** What npm, tar, git and the target's own setup took, in milliseconds; of CPU only what npm and tar took. */
  readonly installation: { readonly ms: number; readonly cpuMs: number };
}

/** Fetches and installs a target, and makes a copy of it. Throws what these throw. */
export async function prepareWorkspace(options: PrepareOptions): Promise<PreparedWorkspace> {
  const { dir, placed, cacheDir, env, source = npmSource(env), sandbox, signal } = options;
  const installation = { ms: 0, cpuMs: 0 };
  const onUsage = (usage: Usage | undefined, ms: number): void => {
    installation.ms += ms;
    installation.cpuMs += usage?.cpuMs ?? 0;
  };
  const files = await fetchTarget(placed.target, { source, cacheDir, signal, onUsage });
  const modules = await installTarget(placed, { cacheDir, env, signal, onUsage });
  const workspace = await TargetWorkspace.create({ dir, placed, source: files, modules, sandbox, signal });
  installation.ms += workspace.setupMs;
  return { workspace, installation };
}
