import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type GoalEvent, newRunId, RunLayout, type RunLocation, RunStore } from '@codex-orch/core';
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

/** As git counts them, where lines are only replaced. */
function linesChanged(before: string, after: string): { readonly added: number; readonly removed: number } {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return {
    added: now.filter((line) => !old.includes(line)).length,
    removed: old.filter((line) => !now.includes(line)).length,
  };
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
    const location = await this.#begin(base);
    await using store = await RunStore.open(location);
    writeFileSync(path.join(location.dir, 'diff.patch'), patch);
    await store.recordArtifact('diff', 'diff.patch', { key: 'goal:1' });
    return location.runId;
  }

  async #begin(base: string): Promise<RunLocation> {
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
      testsRequired: false,
      version: '1',
    };
    await store.append({ type: 'run.created', data }, { actor: 'orchestrator', key: 'goal:0' });
    return location;
  }

  /**
   * Records a run whose first subtask an asset did, from the first files to the second, and whose second one a builder, from there to
   * the last; returns its id.
   */
  async runWithAsset(before: Files, byAsset: Files, after: Files): Promise<string> {
    const asset = { id: 'old-to-now', version: '1.0.0', digest: 'd'.repeat(64), options: {} };
    const diffOf = (from: Files, to: Files) => {
      const { base, patch } = this.diff(from, to);
      const files = Object.keys(to)
        .filter((name) => from[name] !== to[name])
        .map((name) => ({
          path: name,
          status: 'modified' as const,
          ...linesChanged(from[name] ?? '', to[name] ?? ''),
        }));
      const sha256 = createHash('sha256').update(patch).digest('hex');
      return { base, patch, diff: { tree: base, sha256, bytes: patch.length, files } };
    };
    const first = diffOf(before, byAsset);
    const last = diffOf(before, after);
    const location = await this.#begin(last.base);
    await using store = await RunStore.open(location);
    const usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, totalTokens: 0, turns: 0, elapsedMs: 0 };
    const handoff = { chosenBy: 'only-legal' as const, usage };
    const subtask = (id: string) => ({ id, title: id, instructions: id, paths: [] });
    const plan = { summary: 'plan', subtasks: [{ ...subtask('one'), asset }, subtask('two')] };
    const offer = { id: asset.id, version: asset.version, digest: asset.digest, risk: 'low' as const };
    const about = { kind: 'codemod' as const, title: 'Now', whenToUse: 'Now', optionsSchema: { type: 'object' } };
    const changed = first.diff.files.map((file) => file.path);
    const none = { declinedCount: 0, declined: [], failedCount: 0, failures: [] };
    const report = { applicationId: 'a', changedCount: changed.length, changed, ...none };
    const { base: _base, patch: _patch, ...built } = last;
    const build = { status: 'completed' as const, threadId: 't', text: '', error: null };
    const tests = { passed: true, commands: [], reason: 'none' };
    const review = { verdict: 'approve' as const, summary: 'Good.', findings: [] };
    const mode = { requested: 'auto', used: 'exec', reason: 'r' };
    const facts = { codex: { version: '1', driver: 'exec', path: '/x' }, testCommands: [], notes: [] };
    const preflight = { mode, ...facts, model: { codex: null, roles: 'm', provider: 'p' } };
    const events: readonly GoalEvent[] = [
      { type: 'preflight.passed', data: preflight },
      { type: 'assets.offered', data: { offers: [{ ...offer, ...about }] } },
      { type: 'plan.accepted', data: { plan, ...handoff } },
      { type: 'asset.applied', data: { subtask: 'one', asset, report, diff: first.diff, ...handoff } },
      { type: 'tests.finished', data: { diffSha256: first.diff.sha256, tests, ...handoff } },
      { type: 'review.finished', data: { diffSha256: first.diff.sha256, review, ...handoff } },
      { type: 'build.finished', data: { subtask: 'two', revision: 0, build, ...built, ...handoff } },
    ];
    for (const [index, event] of events.entries())
      await store.append(event, { actor: 'orchestrator', key: `goal:asset:${index}` });
    writeFileSync(path.join(location.dir, 'diff.patch'), last.patch);
    await store.recordArtifact('diff', 'diff.patch', { key: 'goal:1' });
    return location.runId;
  }

  runFile(runId: string, name: string): string {
    return path.join(this.root, '.runs/adhoc', runId, name);
  }
}
