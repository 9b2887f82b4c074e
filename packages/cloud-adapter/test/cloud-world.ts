import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { createWorkspace, openRepository, type Workspace } from '@codex-orch/core';
import { CloudCli, CloudDriver, type CloudDriverOptions, type CloudLaunch, FileCloudStore } from '../src/index.js';
import { StandInCloud, type StandInOptions, writeStandInLogin } from '../src/testing/index.js';

/** The newest real Codex whose `cloud` can be led to a backend on loopback. */
const binary = path.join(
  path.dirname(createRequire(import.meta.url).resolve('codex-mcp/package.json')),
  'vendor/x86_64-unknown-linux-musl/bin/codex',
);

/** No test waits for long. */
export const quick = { baseMs: 1, capMs: 20 } as const;

/** The real `codex cloud`, a login, a repository with a work tree, and a stand-in for Codex Cloud. */
export class CloudWorld implements AsyncDisposable {
  readonly root: string;
  readonly cloud: StandInCloud;
  readonly launch: CloudLaunch;
  readonly cli: CloudCli;
  readonly store: FileCloudStore;
  readonly workspace: Workspace;

  private constructor(parts: Pick<CloudWorld, 'root' | 'cloud' | 'launch' | 'cli' | 'store' | 'workspace'>) {
    ({
      root: this.root,
      cloud: this.cloud,
      launch: this.launch,
      cli: this.cli,
      store: this.store,
      workspace: this.workspace,
    } = parts);
  }

  static async make(options: StandInOptions = {}): Promise<CloudWorld> {
    const root = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-cloud-test-'));
    const home = path.join(root, 'codex-home');
    await writeStandInLogin(home);
    const cloud = await StandInCloud.start(options);
    const launch = {
      binary,
      version: '0.151.0',
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: root,
        CODEX_HOME: home,
        CODEX_CLOUD_TASKS_BASE_URL: cloud.baseUrl,
      },
    };
    const cli = await CloudCli.probe(launch, { rawDir: path.join(root, 'run') });
    const repo = path.join(root, 'repo');
    await mkdir(repo);
    await writeFile(path.join(repo, 'greeting.txt'), 'hello\n');
    const git = (...args: string[]) => spawnSync('git', args, { cwd: repo, env: { ...gitEnv, PATH: launch.env.PATH } });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('commit', '--quiet', '--message=start');
    const repository = await openRepository(repo);
    const workspace = await createWorkspace({
      repository,
      commit: repository.head.commit,
      dir: path.join(root, 'workspace'),
    });
    const store = new FileCloudStore(path.join(root, 'run', 'cloud'));
    return new CloudWorld({ root, cloud, launch, cli, store, workspace });
  }

  driver(options: Partial<CloudDriverOptions> = {}): CloudDriver {
    return new CloudDriver({
      cli: this.cli,
      launch: this.launch,
      store: this.store,
      environment: 'env_1',
      branch: 'main',
      timeLimitMs: 3_600_000,
      backoff: quick,
      settleMs: 1,
      ...options,
    });
  }

  /** A session in the work tree. */
  async open(options: Partial<CloudDriverOptions> = {}) {
    return this.driver(options).open({ cwd: this.workspace.tree, sandbox: 'workspace-write', approvalPolicy: 'never' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cloud[Symbol.asyncDispose]();
    await rm(this.root, { recursive: true, force: true });
  }
}

const gitEnv = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

/** A diff that makes the greeting say something else, with lines more. */
export function greet(words: string, more = 0): string {
  const lines = [words, ...Array.from({ length: more }, (_, index) => `more ${index}`)];
  return `diff --git a/greeting.txt b/greeting.txt
--- a/greeting.txt
+++ b/greeting.txt
@@ -1 +1,${lines.length} @@
-hello
${lines.map((line) => `+${line}\n`).join('')}`;
}
