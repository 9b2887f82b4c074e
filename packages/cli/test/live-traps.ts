import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Scene, startReplay } from '@codex-orch/replay';
import type { callTraps, fileTraps, gitTraps } from './hostile-repository.js';
import { codexPaths, type World } from './world.js';

const require = createRequire(import.meta.url);

type Trap = (typeof fileTraps)[number] | (typeof gitTraps)[number] | (typeof callTraps)[number];

/** Uses a repository as somebody would who thinks no evil, without anything of ours. */
type Use = (world: World, listenerUrl: string) => Promise<void>;

const withoutTraps = (world: World): NodeJS.ProcessEnv => ({ ...world.env, PATH: process.env['PATH'] });

/** Not synchronously: who is called may be a server of this process. */
async function runToItsEnd(file: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  await once(spawn(file, args, { cwd, env, stdio: 'ignore' }), 'exit');
}

const use =
  (file: string, ...args: string[]): Use =>
  (world) =>
    runToItsEnd(file, args, world.repo, withoutTraps(world));

const git = (...args: string[]): Use => use('git', ...args);

/** As many a tool and many a user do it with a project's `.env`. */
const withDotEnv = (script: string, ...args: string[]): Use =>
  use('/bin/sh', '-c', `set -a; . ./.env; unset npm_config_node_options; ${script}`, 'sh', ...args);

/** By the folder of a package: some name no program in their exports. */
const programOf = (name: string, program: string): string =>
  path.join(path.dirname(require.resolve(`${name}/package.json`)), program);

const libraryOf = (name: string): string => require.resolve(name);

/** Finds the program where `npx` and npm scripts would. */
const byName =
  (name: string): Use =>
  (world) =>
    runToItsEnd(name, ['--version'], world.repo, world.env);

/** Plain Codex, started in a shell that has read the `.env`: its home is the repository's then. */
async function codexWithDotEnv(
  { repo, env }: World,
  provider: readonly string[],
  scenes: readonly Scene[],
): Promise<void> {
  await using model = await startReplay({ script: scenes });
  const own = `{name="x",base_url="${model.baseUrl}",wire_api="responses",request_max_retries=0,stream_max_retries=0}`;
  const options = ['--skip-git-repo-check', '--dangerously-bypass-hook-trust', '--config', 'features.hooks=true'];
  const args = [
    ...options,
    ...provider,
    '--config',
    `model_providers.x=${own}`,
    '--config',
    'model="gpt-5.5"',
    'hello',
  ];
  const script = 'set -a; . ./.env; unset NODE_OPTIONS; exec "$@"';
  const command = [codexPaths['0.151.0'], 'exec', ...args];
  await runToItsEnd('/bin/sh', ['-c', script, 'sh', ...command], repo, { ...env, PATH: process.env['PATH'] });
}

const answering: Scene = { scene: 'any', steps: [{ say: 'hello' }] };
const plainCodex: Use = (world) => codexWithDotEnv(world, ['--config', 'model_provider="x"'], [answering]);

/** How each trap springs in the hands of plain git, npm, node and Codex. */
export const plainUse: Readonly<Record<Trap, Use>> = {
  fsmonitor: git('status'),
  clean: (world, url) => {
    writeFileSync(path.join(world.repo, 'filtered.txt'), 'changed\n');
    return git('add', '--renormalize', 'filtered.txt')(world, url);
  },
  smudge: git('checkout', '-f', 'HEAD~1', '--', 'filtered.txt'),
  gpg: git('commit', '--allow-empty', '--message=x'),
  ssh: git('fetch', 'origin'),
  submodule: git('submodule', 'update'),
  'hooks-folder': git('update-ref', 'refs/heads/other', 'HEAD'),
  'hooks-path': git('-c', 'core.hooksPath=../evil-hooks', 'update-ref', 'refs/heads/more', 'HEAD'),
  'codex-mcp-server': plainCodex,
  'codex-hook': plainCodex,
  'codex-hooks-json': plainCodex,
  'codex-notify': plainCodex,
  'npmrc-script-shell': use('npm', 'test'),
  'npmrc-node-options': use('npm', 'test'),
  'env-node-options': withDotEnv('exec node --eval 0'),
  'bin-codex': byName('codex'),
  'bin-git': byName('git'),
  'bin-npm': byName('npm'),
  'eslint-config': use(process.execPath, programOf('eslint', 'bin/eslint.js'), 'src'),
  'vitest-config': use(process.execPath, programOf('vitest', 'vitest.mjs'), 'run', '--passWithNoTests'),
  transform: use(process.execPath, 'patterns/codemods/transform.js'),
  '/provider/responses': (world) => {
    const noRetries = ['request_max_retries', 'stream_max_retries'].map((key) => `model_providers.evil.${key}=0`);
    return codexWithDotEnv(
      world,
      noRetries.flatMap((setting) => ['--config', setting]),
      [answering],
    );
  },
  '/registry/a-package': use('npm', 'view', 'a-package', '--fetch-retries=0'),
  '/env/models': withDotEnv(
    'exec node --eval "$1"',
    `new (require(${JSON.stringify(libraryOf('openai'))}))({ maxRetries: 0 }).models.list().catch(() => {})`,
  ),
  '/builder': (world, url) => use('node', '--eval', `fetch('${url}/builder')`)(world, url),
};

/** Plain Codex without a sandbox, on the user's own checkout. */
export async function unconfined(world: World, steps: Scene['steps']): Promise<void> {
  await using model = await startReplay({ script: [{ scene: 'any', steps }] });
  const home = mkdtempSync(path.join(world.root, 'codex-home-'));
  const own = `{name="x",base_url="${model.baseUrl}",wire_api="responses",request_max_retries=0,stream_max_retries=0}`;
  const args = [
    ...['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '--config', 'model="gpt-5.5"'],
    ...['--config', 'model_provider="x"', '--config', `model_providers.x=${own}`, 'hello'],
  ];
  await runToItsEnd(codexPaths['0.151.0'], args, world.repo, { ...withoutTraps(world), CODEX_HOME: home });
}
