import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  AppServerDriver,
  childEnvironment,
  type CodexLaunch,
  McpServerDriver,
  prepareCodexHome,
  probeCodex,
} from '@codex-orch/mcp-adapter';
import { onTestFinished } from 'vitest';

export interface CodexWorld {
  /** The folder that Codex works in. */
  readonly cwd: string;
  readonly launch: CodexLaunch;
}

// Asking Codex for its version takes a second; once is enough for each path.
const probes = new Map<string | undefined, ReturnType<typeof probeCodex>>();

function probe(codexPath: string | undefined): ReturnType<typeof probeCodex> {
  const known = probes.get(codexPath) ?? probeCodex({ env: process.env, path: codexPath });
  probes.set(codexPath, known);
  return known;
}

/** A real Codex whose model is at `baseUrl`, with a folder to work in; both go when the test ends. */
export async function codexAt(baseUrl: string, codexPath?: string): Promise<CodexWorld> {
  const root = await mkdtemp(path.join(tmpdir(), 'roles-codex-'));
  onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const cwd = path.join(root, 'tree');
  await mkdir(cwd);
  const { binary, version } = await probe(codexPath);
  const home = await prepareCodexHome({
    dir: path.join(root, 'home'),
    projectRoot: cwd,
    provider: { id: 'replay', name: 'replay', baseUrl, requestMaxRetries: 0, streamMaxRetries: 0 },
    auth: { kind: 'none' },
    model: 'gpt-5.5',
  });
  return { cwd, launch: { binary, version, home, env: childEnvironment({ home, from: process.env }) } };
}

export function appServer({ launch }: CodexWorld): AppServerDriver {
  const driver = new AppServerDriver(launch);
  onTestFinished(() => driver.close());
  return driver;
}

export function mcpServer({ launch }: CodexWorld): McpServerDriver {
  const driver = new McpServerDriver(launch);
  onTestFinished(() => driver.close());
  return driver;
}
