import os from 'node:os';
import path from 'node:path';
import { type GitOptions, gitResult } from '@codex-orch/core';

const bool = /^(true|false)$/;

/** How files look in a work tree and which of them are ignored; none of these settings can name a program. */
const harmless: ReadonlyMap<string, RegExp> = new Map([
  ['core.autocrlf', /^(true|false|input)$/],
  ['core.eol', /^(lf|crlf|native)$/],
  ['core.filemode', bool],
  ['core.symlinks', bool],
  ['core.ignorecase', bool],
  ['core.precomposeunicode', bool],
]);

/** The user's settings on work trees, as `key=value`. `options` name no git directory, so that the user's config is read. */
export async function readCheckoutConfig(options: GitOptions): Promise<string[]> {
  const names = [...harmless.keys(), 'core.excludesfile'].map((key) => key.slice('core.'.length)).join('|');
  const { stdout } = await gitResult(['config', '-z', '--get-regexp', `^core\\.(${names})$`], {
    ...options,
    withUserConfig: true,
    spare: ['core.excludesFile'],
  });
  const found = new Map<string, string>();
  for (const entry of stdout.toString('utf8').split('\0')) {
    const at = entry.indexOf('\n');
    const [key, value] = at < 0 ? [entry, 'true'] : [entry.slice(0, at), entry.slice(at + 1)];
    if (key === 'core.excludesfile') found.set(key, value.replace(/^~(?=\/)/, os.homedir()));
    else if (harmless.get(key)?.test(value.toLowerCase())) found.set(key, value.toLowerCase());
  }
  return [...withDefaultExcludes(found)].map(([key, value]) => `${key}=${value}`);
}

/** Git's own default, which depends on a home that git is not told of here. */
function withDefaultExcludes(found: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const named = process.env['XDG_CONFIG_HOME'];
  const home = named !== undefined && path.isAbsolute(named) ? named : path.join(os.homedir(), '.config');
  return new Map([['core.excludesfile', path.join(home, 'git', 'ignore')], ...found]);
}
