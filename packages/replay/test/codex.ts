import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '@codex-orch/core';
import { codexProviderConfig, type CodexProviderOptions } from '../src/index.js';

/** The binary in the package of one platform; 0.151 is installed as such a package. */
const binaryIn = (platform: string): string => {
  const [target] = readdirSync(path.join(platform, 'vendor'));
  return path.join(platform, 'vendor', target ?? '', 'bin', process.platform === 'win32' ? 'codex.exe' : 'codex');
};

const folderOf = (packageName: string, from: string = import.meta.url): string =>
  path.dirname(createRequire(from).resolve(`${packageName}/package.json`));

/** The Codex versions under test. */
export const codexBinaries = {
  '0.169': binaryIn(
    folderOf(`@openai/codex-${process.platform}-${process.arch}`, path.join(folderOf('@openai/codex'), 'package.json')),
  ),
  '0.151': binaryIn(folderOf('codex-mcp')),
} as const;

/** A folder for one test that is removed at its end. */
export async function temporaryFolder(name: string): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), `replay-${name}-`));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Runs `codex exec --json` in `cwd` with a home of its own, and returns its events. */
export async function codexExec(
  binary: string,
  baseUrl: string,
  options: { readonly home: string; readonly cwd: string; readonly prompt: string } & CodexProviderOptions,
): Promise<{
  readonly exitCode: number | null;
  readonly events: readonly Record<string, unknown>[];
  readonly stderr: string;
}> {
  const { model_providers, ...keys } = codexProviderConfig(baseUrl, options);
  const toml = (table: object) =>
    Object.entries(table)
      .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
      .join('');
  await mkdir(options.home, { recursive: true });
  await mkdir(options.cwd, { recursive: true });
  await writeFile(
    path.join(options.home, 'config.toml'),
    `${toml(keys)}[model_providers.replay]\n${toml(model_providers.replay)}`,
  );
  const result = await runCommand(
    binary,
    ['exec', '--json', '--skip-git-repo-check', '--sandbox', 'workspace-write', options.prompt],
    {
      cwd: options.cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: options.home, CODEX_HOME: options.home },
      timeoutMs: 60_000,
    },
  );
  const lines = result.stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  return {
    exitCode: result.exitCode,
    events: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    stderr: result.stderr.toString('utf8'),
  };
}
