import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runChecked } from '@codex-orch/core';
import { type Scene, startReplay } from '@codex-orch/replay';
import {
  AppServerDriver,
  childEnvironment,
  type CodexHome,
  type CodexHomeOptions,
  ExecDriver,
  type LocalDriverKind,
  McpServerDriver,
  prepareCodexHome,
} from '../src/index.js';
import { type CodexBinary, probeBinary } from './codex-binaries.js';
import { startRecordingProxy } from './recording-proxy.js';
import { scenes } from './scenes.js';

export interface Bench {
  readonly binary: CodexBinary;
  readonly kind: LocalDriverKind;
  readonly socket?: boolean;
}

export interface WorldOptions extends Bench {
  /** What the model does besides the common scenes; it goes first. */
  readonly scenes?: readonly Scene[];
  /** More of the Codex home. */
  readonly home?: Pick<CodexHomeOptions, 'confine' | 'extra'>;
}

export type AnyDriver = AppServerDriver | McpServerDriver | ExecDriver;

/** A scripted model, a Codex home and as many repositories and drivers as a test wants. */
export async function openWorld({ binary, kind, socket = false, scenes: own = [], home: more }: WorldOptions) {
  const closers: (() => Promise<unknown>)[] = [];
  const use = <T extends AsyncDisposable>(resource: T): T => {
    closers.push(async () => resource[Symbol.asyncDispose]());
    return resource;
  };
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'adapter-')));
  closers.push(() => rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const replay = use(await startReplay({ script: [...own, ...scenes] }));
  const model = use(await startRecordingProxy(replay.baseUrl));
  const probe = await probeBinary(binary);
  const home: CodexHome = await prepareCodexHome({
    dir: path.join(root, 'home'),
    projectRoot: root,
    auth: { kind: 'none' },
    model: 'gpt-5.5',
    provider: { id: 'replay', name: 'Replay', baseUrl: model.baseUrl, requestMaxRetries: 0, streamMaxRetries: 0 },
    // Old versions keep approved commands in a sandbox that hides something.
    confine: binary === 'current' ? { userHome: root, hidden: [] } : undefined,
    ...more,
  });
  // A home without start-up files: login shells of the developer's own may take seconds.
  const launch = {
    binary: probe.binary,
    version: probe.version,
    home,
    env: childEnvironment({ home, from: { ...process.env, HOME: root } }),
  };
  let count = 0;
  return {
    root,
    home,
    launch,
    model,
    driver(): AnyDriver {
      count += 1;
      const driver =
        kind === 'mcp-server'
          ? new McpServerDriver(launch)
          : kind === 'exec'
            ? new ExecDriver(launch)
            : new AppServerDriver(launch, socket ? { transport: { socket: path.join(root, `s${count}`) } } : {});
      return use(driver);
    },
    /** A git repository with a few files, in a folder of its own. */
    async repository(): Promise<string> {
      count += 1;
      const cwd = path.join(root, `r${count}`, 'repo');
      await mkdir(cwd, { recursive: true });
      const files = { 'changed.txt': 'before\n', 'removed.txt': 'gone\n', 'old-name.txt': 'one\n' };
      for (const [name, text] of Object.entries(files)) await writeFile(path.join(cwd, name), text);
      await runChecked('git', ['init', '--quiet'], { cwd, env: { PATH: process.env['PATH'] ?? '' } });
      return cwd;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const close of closers.reverse()) await close();
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

export const textOf = (...file: string[]): Promise<string | undefined> =>
  readFile(path.join(...file), 'utf8').catch(() => undefined);
