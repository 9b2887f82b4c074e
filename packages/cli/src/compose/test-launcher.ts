import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { removeTree, type ResolvedConfig, type Workspace } from '@codex-orch/core';
import { childEnvironment, sandboxCommand, toolchainHomes } from '@codex-orch/mcp-adapter';
import type { TestLaunch } from '@codex-orch/roles';
import type { ConfiningCodex } from './codex-runtime.js';
import { SandboxUnavailableError } from './errors.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface TestLauncherOptions {
  readonly config: ResolvedConfig;
  readonly codex: ConfiningCodex;
  readonly env: Env;
  readonly workspace: Workspace;
}

/** Never a credential: neither Codex's home nor any key. */
function testEnvironment(env: Env, extra: Readonly<Record<string, string>>): Record<string, string> {
  const { CODEX_HOME: _, ...rest } = childEnvironment({ home: { dir: '', keyVariables: [] }, from: env, extra });
  return { ...rest, CI: '1' };
}

/** A proxy's address may hold a password, and is of no use without the network. */
const withoutProxies = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/_proxy$/i.test(name)));

/** How our own lint rules are started: they need no folder but an empty one, no HOME and never the network. */
export async function lintLaunch(
  command: readonly string[],
  folder: string,
  { config, codex, env }: Omit<TestLauncherOptions, 'workspace'>,
): Promise<TestLaunch> {
  const own = testEnvironment(env, { HOME: folder, TMPDIR: folder });
  const [file = '', ...args] = command;
  if (config.tests.sandbox === 'off') return { file, args, env: own };
  const { working, detail, bubblewrap } = await codex.sandbox();
  if (!working) throw new SandboxUnavailableError(detail);
  const { launch, hidden } = codex;
  return sandboxCommand(launch, { cwd: folder, command, env: withoutProxies(own), network: false, hidden, bubblewrap });
}

/**
 * How the test commands of a work tree are started: inside Codex's sandbox, unless the user's configuration says otherwise.
 *
 * They get folders of their own beside the tree for HOME and TMPDIR. The first is kept from one run of the tests to the next, as
 * toolchains keep their caches there.
 */
export async function openTestLauncher({
  config,
  codex,
  env,
  workspace,
}: TestLauncherOptions): Promise<(command: readonly string[]) => Promise<TestLaunch>> {
  if (config.tests.sandbox === 'off') {
    const outside = testEnvironment(env, {});
    return ([file = '', ...args]) => Promise.resolve({ file, args, env: outside });
  }
  const [home, temporary] = ['home', 'tmp'].map((name) => path.join(workspace.dir, name)) as [string, string];
  await removeTree(temporary);
  for (const folder of [home, temporary]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const { network } = config.tests;
  const folders = { HOME: home, TMPDIR: temporary, TMP: temporary, TEMP: temporary };
  const inside = testEnvironment(env, { ...(await toolchainHomes(env)), ...folders });
  const { working, detail, bubblewrap } = await codex.sandbox();
  // Preflight has refused such a machine; a run that is resumed on another one must not slip through.
  if (!working) throw new SandboxUnavailableError(detail);
  return (command) =>
    sandboxCommand(codex.launch, {
      cwd: workspace.tree,
      command,
      env: network ? inside : withoutProxies(inside),
      network,
      writable: [home, temporary],
      hidden: codex.hidden,
      bubblewrap,
    });
}
