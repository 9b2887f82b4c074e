import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Config, Manifest } from '@codex-orch/core';
import { type ReplayServer, type Scene, startReplay } from '@codex-orch/replay';
import { type Call, callHere, type Said } from './call-here.js';

export type { Call, Said } from './call-here.js';

const require = createRequire(import.meta.url);

/** The two Codex versions that are installed for tests. */
export const codexPaths = {
  /** Without mcp-server. */
  '0.169.0': path.join(path.dirname(require.resolve('@openai/codex/package.json')), 'bin/codex.js'),
  /** With mcp-server. */
  '0.151.0': path.join(
    path.dirname(createRequire(import.meta.url).resolve('codex-mcp/package.json')),
    'vendor/x86_64-unknown-linux-musl/bin/codex',
  ),
} as const;

/** A user with a home of their own, a repository, and a scripted model. */
export class World implements AsyncDisposable {
  readonly root: string;
  /** The user's repository. */
  readonly repo: string;
  /** Where the user stands; the top of the repository at first. */
  cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #servers: ReplayServer[] = [];
  readonly #kept: string;
  /** The test of the sample without npm, which takes longer to start than the test runs. */
  readonly #tests: Pick<NonNullable<Config['tests']>, 'commands'>;

  private constructor(root: string, files: Readonly<Record<string, string>>) {
    this.root = root;
    this.#kept = `${root}.kept`;
    this.#tests = files === sample ? { commands: [['node', sampleTest]] } : {};
    this.repo = path.join(root, 'repo');
    this.cwd = this.repo;
    this.env = {
      PATH: process.env['PATH'],
      HOME: path.join(root, 'home'),
      CODEX_ORCH_HOME: path.join(root, 'state'),
      GIT_CONFIG_GLOBAL: path.join(root, 'gitconfig'),
      GIT_CONFIG_NOSYSTEM: '1',
    };
  }

  static async make(files: Readonly<Record<string, string>> = sample): Promise<World> {
    const world = new World(await mkdtemp(path.join(os.tmpdir(), 'codex-orch-cli-')), files);
    await mkdir(path.join(world.root, 'home'), { recursive: true });
    await writeFile(path.join(world.root, 'gitconfig'), '[user]\n\tname = Ada Example\n\temail = ada@example.org\n');
    await world.write(files);
    world.git('init', '--quiet', '--initial-branch=main');
    world.git('add', '--all');
    world.git('commit', '--quiet', '--message=start');
    return world;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.repo, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }

  read(name: string): Promise<string> {
    return readFile(path.join(this.repo, name), 'utf8');
  }

  git(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd: this.repo, env: this.env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** Starts a model that plays these scenes, and makes it the user's provider. */
  async model(scenes: readonly Scene[], config: Config = {}): Promise<ReplayServer> {
    const server = await startReplay({ script: scenes });
    this.#servers.push(server);
    await this.configure({
      ...config,
      // Loading ESLint takes longer than all else of most tests; those that are about it ask for it.
      tests: { lint: 'off', ...this.#tests, ...config.tests },
      codex: { path: codexPaths['0.169.0'], model: 'gpt-5.5', ...config.codex },
      model: {
        provider: { id: 'replay', baseUrl: server.baseUrl, requestMaxRetries: 0, streamMaxRetries: 0 },
        roles: 'api',
        name: 'gpt-5.5',
        ...config.model,
      },
    });
    return server;
  }

  async configure(config: Config): Promise<void> {
    const file = path.join(this.root, 'config.json');
    await writeFile(file, JSON.stringify(config));
    this.env['CODEX_ORCH_CONFIG'] = file;
  }

  /** Calls the command line in the repository and waits for its end. */
  run(...args: string[]): Promise<Said> {
    return this.start(...args).said;
  }

  /** Calls the command line in this process, as another terminal would. */
  start(...args: string[]): Call {
    return callHere({ args, env: this.env, cwd: () => this.cwd });
  }

  /** The processes of this world whose command line contains a text. */
  async processes(text: string): Promise<number[]> {
    const found: number[] = [];
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
      const commandLine = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (commandLine.includes(text) && environment.includes(this.root)) found.push(pid);
    }
    return found;
  }

  async manifest(run = 'latest'): Promise<Manifest> {
    return (await this.run('runs', 'show', run, '--json')).json() as Manifest;
  }

  /**
   * Keeps all files as they are. What it gives brings them back to their places, for the next test that begins there: a copy is
   * made in a tenth of the time that a run takes.
   */
  keep(): () => Promise<void> {
    const env = { ...this.env };
    copy(this.root, this.#kept);
    return async () => {
      await rm(this.root, { recursive: true, force: true, maxRetries: 3 });
      copy(this.#kept, this.root);
      for (const name of Object.keys(this.env)) Reflect.deleteProperty(this.env, name);
      Object.assign(this.env, env);
      this.cwd = this.repo;
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await server.close();
    for (const folder of [this.root, this.#kept]) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cp: ${stderr}`);
}

const sampleTest = 'test/sum.test.js';

/** A small library with a real test. */
export const sample = {
  'package.json': JSON.stringify({ name: 'sum', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  'src/sum.js': 'export const sum = (a, b) => a + b;\n',
  'src/old.js': 'export const old = 1;\n',
  'src/name.js': 'export const name = "a";\nexport const stays = "the same";\nexport const lines = [1, 2, 3];\n',
  [sampleTest]:
    "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { sum } from '../src/sum.js';\n\ntest('adds', () => assert.equal(sum(1, 2), 3));\n",
};

/** The scenes that surround a builder's. */
export const planner = (...ids: string[]): Scene => ({
  scene: 'planner',
  when: { agent: 'You are the planner' },
  steps: [
    {
      json: {
        summary: 'One step.',
        subtasks: (ids.length > 0 ? ids : ['one']).map((id) => ({
          id,
          title: `Do ${id}`,
          instructions: `Do ${id}.`,
          paths: [],
        })),
      },
    },
  ],
});

export const reviewer = (verdict: 'approve' | 'revise' | 'reject' = 'approve', times?: number): Scene => ({
  scene: `reviewer says ${verdict}`,
  when: { agent: 'You are the reviewer' },
  ...(times === undefined ? {} : { times }),
  steps: [
    {
      json: {
        verdict,
        summary: `I say ${verdict}.`,
        findings:
          verdict === 'approve' ? [] : [{ severity: 'major', file: 'src/sum.js', line: 1, message: 'Not good.' }],
      },
    },
  ],
});

export const manager = (role: 'builder' | 'planner' | 'escalate'): Scene => ({
  scene: `manager chooses ${role}`,
  when: { agent: 'You are the manager' },
  steps: [{ call: { name: `transfer_to_${role}`, arguments: { reason: `The ${role} is next.` } } }],
});

/** A builder's attempt, the first or a later one. */
export const builder = (attempt: number, ...steps: Scene['steps']): Scene => ({
  scene: `builder, attempt ${attempt}`,
  when: {
    input:
      attempt === 1 ? '^(?!.*This is attempt).*You are the builder' : `You are the builder.*This is attempt ${attempt}`,
  },
  steps,
});

export const say = { say: 'Done.' } as const;

/** A patch of one file. Codex starts a sandbox for every read and write of a patch, two dozen of them for {@link manyChanges}. */
export const oneChange = `*** Begin Patch
*** Update File: src/sum.js
@@
-export const sum = (a, b) => a + b;
+export const sum = (...numbers) => numbers.reduce((a, b) => a + b, 0);
*** End Patch`;

/** A command that adds, updates, deletes and renames. */
export const manyByShell = [
  `echo 'export const more = (a) => a * 2;' > src/more.js`,
  `echo 'export const sum = (...numbers) => numbers.reduce((a, b) => a + b, 0);' > src/sum.js`,
  'rm src/old.js',
  `sed 's/"a"/"b"/' src/name.js > src/renamed.js`,
  'rm src/name.js',
].join(' && ');

/** A patch that adds, updates, deletes and renames. */
export const manyChanges = `*** Begin Patch
*** Add File: src/more.js
+export const more = (a) => a * 2;
*** Update File: src/sum.js
@@
-export const sum = (a, b) => a + b;
+export const sum = (...numbers) => numbers.reduce((a, b) => a + b, 0);
*** Delete File: src/old.js
*** Update File: src/name.js
*** Move to: src/renamed.js
@@
-export const name = "a";
+export const name = "b";
*** End Patch`;

/** A patch that breaks the sample's test. */
export const breaking = `*** Begin Patch
*** Update File: src/sum.js
@@
-export const sum = (a, b) => a + b;
+export const sum = (a, b) => a - b;
*** End Patch`;

/** A patch on top of {@link breaking} that mends it. */
export const mending = `*** Begin Patch
*** Update File: src/sum.js
@@
-export const sum = (a, b) => a - b;
+export const sum = (a, b) => b + a;
*** End Patch`;

/** Kills the app-server of a world, as the kernel would when memory runs out. */
export async function killCodex(world: World): Promise<void> {
  for (const pid of await world.processes('app-server')) process.kill(pid, 'SIGKILL');
}
