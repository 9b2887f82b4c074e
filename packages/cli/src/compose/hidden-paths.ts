import path from 'node:path';
import { type ResolvedConfig, userHome } from '@codex-orch/core';
import { userCodexHome } from './orch-home.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What the user's own settings say is secret, besides the usual places: no command of a run may read it. Absolute paths. */
export function hiddenPaths({ secrets, signing }: Pick<ResolvedConfig, 'secrets' | 'signing'>, env: Env): string[] {
  const files = Object.values(secrets).flatMap((source) => (source.from === 'file' ? [source.path] : []));
  // The key that signs lies beside its public half when that is what is named.
  const keys = signing.key === undefined ? [] : [signing.key, signing.key.replace(/\.pub$/, '')];
  const absolute = (file: string): string => (file.startsWith('~/') ? path.join(userHome(env), file.slice(2)) : file);
  return [userCodexHome(env), ...[...files, ...keys].map(absolute)];
}
