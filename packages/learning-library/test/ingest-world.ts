import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newRunId, RunLayout, RunStore } from '@codex-orch/core';
import { onTestFinished } from 'vitest';

export type Files = Readonly<Record<string, string>>;

export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'learning-library-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A U Thor',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'A U Thor',
  GIT_COMMITTER_EMAIL: 'author@example.com',
};

/** Runs plain git, as a user would. */
export function git(cwd: string, ...args: readonly string[]): Buffer {
  return execFileSync('git', args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
}

function writeFiles(root: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
}

/** A repository in which runs can be recorded. */
export class World {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async make(): Promise<World> {
    const world = new World(await temporaryFolder());
    git(world.root, 'init', '-q', '-b', 'main');
    writeFileSync(path.join(world.root, '.gitignore'), '.runs\n*.patch\n');
    return world;
  }

  /** Git's diff from some files to others, and the commit with the former. */
  diff(before: Files, after: Files): { readonly base: string; readonly patch: Buffer } {
    git(this.root, 'rm', '-rqf', '--ignore-unmatch', '.');
    writeFileSync(path.join(this.root, '.gitignore'), '.runs\n*.patch\n');
    writeFiles(this.root, before);
    git(this.root, 'add', '-A');
    git(this.root, 'commit', '-q', '--allow-empty', '-m', 'before');
    const base = git(this.root, 'rev-parse', 'HEAD').toString().trim();
    writeFiles(this.root, after);
    git(this.root, 'add', '-A');
    const patch = git(this.root, 'diff', '--binary', '--cached');
    git(this.root, 'reset', '-q', '--hard');
    return { base, patch };
  }

  /** Writes a diff file; returns its path. */
  diffFile(name: string, before: Files, after: Files): string {
    const file = path.join(this.root, name);
    writeFileSync(file, this.diff(before, after).patch);
    return file;
  }

  /** Records a run that made this change; returns its id. */
  async run(before: Files, after: Files): Promise<string> {
    const { base, patch } = this.diff(before, after);
    const runId = newRunId();
    const layout = new RunLayout(this.root);
    const location = layout.place('adhoc', runId);
    await layout.make(location);
    await using store = await RunStore.open(location);
    const limits = { tokens: 1, turns: 1, minutes: 1, revisions: 0, replans: 0 };
    const data = {
      runId,
      taskId: 'adhoc',
      goal: 'a goal',
      repository: this.root,
      base: { commit: base, branch: 'main' },
      limits,
      testsRequired: true,
      version: '1',
    };
    await store.append({ type: 'run.created', data }, { actor: 'orchestrator', key: 'goal:0' });
    writeFileSync(path.join(location.dir, 'diff.patch'), patch);
    await store.recordArtifact('diff', 'diff.patch', { key: 'goal:1' });
    return runId;
  }

  runFile(runId: string, name: string): string {
    return path.join(this.root, '.runs/adhoc', runId, name);
  }
}
