import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { JournalEngine } from '../src/engine/journal/journal-engine.js';
import { sha256File } from '../src/fs/index.js';
import {
  type BaseSource,
  createIntegrationWorkflow,
  type IntegrationInput,
  IntegrationLayout,
  type IntegrationRecord,
  type IntegrationServices,
  newIntegrationId,
  readIntegration,
} from '../src/integration/index.js';
import { runCommand } from '../src/process/index.js';
import { newRunId } from '../src/run/index.js';
import { createWorkspace, openRepository } from '../src/workspace/index.js';
import { commitAll, type Files, makeRepository, userGit, writeFiles } from './git-fixture.js';
import { temporaryFolder } from './temporary-folder.js';

/** What a run makes of the files: null deletes one, a function may do anything. */
export type Change = Readonly<Record<string, string | Uint8Array | null>> | ((root: string) => void);

export interface MadeRun {
  readonly runId: string;
  readonly goal: string;
  readonly baseCommit: string;
  readonly diffSha256: string;
  readonly file: string;
  readonly after: readonly string[];
  /** The same change as a commit, in a clone of its own. */
  readonly commit: string;
  readonly clone: string;
  readonly baseIn?: BaseSource | undefined;
}

/** A repository, runs with approved diffs, and integrations of them with a real engine. */
export class IntegrationWorld {
  readonly folder: string;
  readonly root: string;
  /** Called before the tests of a tree run. */
  beforeTests: (number: number) => Promise<void> | void = () => undefined;
  /** How often tests really ran. */
  tested = 0;
  /** Runs that nobody approved. */
  readonly unapproved = new Set<string>();
  services: Partial<IntegrationServices> = {};

  private constructor(folder: string) {
    this.folder = folder;
    this.root = path.join(folder, 'repo');
  }

  static async make(files: Files): Promise<IntegrationWorld> {
    const world = new IntegrationWorld(await temporaryFolder());
    makeRepository(world.root, files);
    return world;
  }

  git = (...args: string[]): string => userGit(this.root, ...args);

  /** A run that makes this change on the base, or on the work of another run, which only that one's clone has. */
  async approvedRun(
    goal: string,
    change: Change,
    { on, after = [] }: { on?: MadeRun; after?: string[] } = {},
  ): Promise<MadeRun> {
    const runId = newRunId();
    const baseCommit = on?.commit ?? this.git('rev-parse', 'main').trim();
    const clone = path.join(this.folder, 'clones', runId);
    mkdirSync(path.dirname(clone), { recursive: true });
    userGit(this.folder, 'clone', '-q', '--shared', '--no-checkout', on?.clone ?? this.root, clone);
    userGit(clone, 'checkout', '-q', '--detach', baseCommit);
    if (typeof change === 'function') change(clone);
    else {
      for (const [name, content] of Object.entries(change)) {
        if (content === null) userGit(clone, 'rm', '-q', name);
        else writeFiles(clone, { [name]: content });
      }
    }
    const commit = commitAll(clone);
    const file = path.join(this.folder, `${runId}.patch`);
    const args = ['diff-tree', '-r', '-p', '-M', '--binary', '--full-index', baseCommit, commit];
    writeFileSync(file, execFileSync('git', args, { cwd: clone, maxBuffer: 1e9 }));
    const { sha256 } = await sha256File(file);
    const baseIn = on && { gitDir: path.join(on.clone, '.git'), since: on.baseCommit };
    return { runId, goal, baseCommit, diffSha256: sha256, file, after, commit, clone, baseIn };
  }

  input(runs: readonly MadeRun[], more: Partial<IntegrationInput> = {}): IntegrationInput {
    const id = newIntegrationId();
    return {
      id,
      repository: this.root,
      base: { ref: 'refs/heads/main', commit: this.git('rev-parse', 'main').trim() },
      branch: 'refs/heads/codex-orch/integration/it',
      runs: runs.map(({ runId, goal, baseCommit, diffSha256, after }) => ({
        runId,
        goal,
        baseCommit,
        diffSha256,
        after: [...after],
      })),
      commands: [[process.execPath, 'check.mjs']],
      maxTries: 3,
      ...more,
    };
  }

  /** Integrates runs as the command does, and returns the record. */
  async integrate(runs: readonly MadeRun[], more: Partial<IntegrationInput> = {}): Promise<IntegrationRecord> {
    return this.go(this.input(runs, more), runs);
  }

  /** Starts an integration, or goes on with it. */
  async go(input: IntegrationInput, runs: readonly MadeRun[]): Promise<IntegrationRecord> {
    const repository = await openRepository(this.root);
    const layout = new IntegrationLayout(this.root);
    const dir = layout.folderOf(input.id);
    mkdirSync(dir, { recursive: true });
    await using engine = new JournalEngine(layout);
    const workflow = createIntegrationWorkflow({
      repository,
      dir,
      openWorkspace: (commit) => createWorkspace({ repository, commit, dir: this.workspace(input.id) }),
      approved: ({ runId }) => {
        const run = runs.find((made) => made.runId === runId);
        return Promise.resolve(
          run && !this.unapproved.has(runId)
            ? {
                ok: true,
                file: run.file,
                baseIn: run.baseIn,
                author: { name: 'Ada', email: 'ada@example.org' },
                at: '2026-01-02T03:04:05Z',
              }
            : { ok: false, code: 'run-state', message: 'it is not approved' },
        );
      },
      commands: () => Promise.resolve([]),
      runTests: async ({ workspace, commands, logPrefix, signal }) => {
        this.tested += 1;
        await this.beforeTests(Number(/\d+$/.exec(logPrefix)?.[0]));
        const [command = []] = commands;
        const [file = '', ...args] = command;
        const { exitCode, stdout, durationMs } = await runCommand(file, args, {
          cwd: workspace.tree,
          env: { PATH: process.env['PATH'] ?? '' },
          signal,
        });
        const log = `${logPrefix}-1.log`;
        mkdirSync(path.join(dir, 'tests'), { recursive: true });
        writeFileSync(path.join(dir, log), stdout);
        const tail = stdout.toString('utf8');
        const result = { command: [...command], exitCode, timedOut: false, durationMs, counts: null, log, tail };
        return { passed: exitCode === 0, commands: [result], reason: null };
      },
      ...this.services,
    });
    await engine.run(workflow, input, { id: input.id });
    await engine.result(input.id);
    const record = await readIntegration(dir);
    if (!record) throw new Error('there is no record');
    return record;
  }

  /** What the branch has in a file. */
  show = (file: string, ref = 'codex-orch/integration/it'): string => this.git('show', `${ref}:${file}`);

  /** Where the work tree of an integration is. */
  workspace = (id: string): string => path.join(this.folder, 'ws', id);

  journal = (id: string): string => path.join(new IntegrationLayout(this.root).folderOf(id), 'journal.jsonl');
}

export const outcomes = (record: IntegrationRecord): string[] => record.runs.map(({ outcome }) => outcome);
