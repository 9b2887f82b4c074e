import path from 'node:path';
import type { Ctx } from '../engine/engine.js';
import { describeFailure, interruptsRun } from '../errors/failure.js';
import { OrchError } from '../errors/orch-error.js';
import { writeDiff } from '../workspace/diff.js';
import type { GitOptions } from '../workspace/git.js';
import type { Workspace } from '../workspace/workspace.js';
import { buildBranch } from './build-branch.js';
import { BaseKeepsMovingError, IntegrationBranchMovedError, IntegrationRecordError } from './errors.js';
import {
  type IntegrationInput,
  type IntegrationRecord,
  type IntegrationTest,
  needsApproval,
  readIntegration,
  writeIntegration,
} from './integration-record.js';
import type { IntegrationServices } from './integration-workflow.js';
import { TreeMerger, treeOfCommit } from './merge-trees.js';
import { Outcomes } from './outcomes.js';
import { findStart, heldRef, publish, type StartingPoint } from './publish.js';
import { deleteOnceReachable } from './reachable.js';
import { TestedTrees } from './tested-trees.js';
import { verifiedRuns } from './verified-runs.js';

/** One execution of an integration. What only depends on trees is computed again after a crash; tests and refs are steps. */
export class IntegrationRun {
  readonly #ctx: Ctx;
  readonly #input: IntegrationInput;
  readonly #services: IntegrationServices;
  #outcomes: Outcomes;
  #record: IntegrationRecord;
  #workspace: Workspace | undefined;

  constructor(ctx: Ctx, input: IntegrationInput, services: IntegrationServices) {
    this.#ctx = ctx;
    this.#input = input;
    this.#services = services;
    this.#outcomes = new Outcomes(input.runs, [], () => undefined);
    this.#record = {
      schemaVersion: 1,
      id: input.id,
      repository: input.repository,
      base: { ref: input.base.ref, commit: null },
      branch: input.branch,
      branchBefore: null,
      tip: null,
      held: null,
      state: 'running',
      end: null,
      tries: 0,
      commands: [],
      runs: [],
      tests: [],
      diff: null,
      approvals: [],
      createdAt: '',
      updatedAt: '',
    };
  }

  /** Goes on until every run is decided and the branch is moved; returns the record. */
  async toEnd(): Promise<IntegrationRecord> {
    const { id, repository, runs } = this.#input;
    const { dir, onProgress } = this.#services;
    if (id !== this.#ctx.runId || repository !== this.#services.repository.root)
      throw new IntegrationRecordError(dir, 'it was made for another integration or repository');
    const createdAt = new Date(await this.#ctx.now()).toISOString();
    // What people decided about the result is not for this execution to forget.
    const earlier = await readIntegration(dir);
    this.#outcomes = new Outcomes(runs, earlier?.runs ?? [], (run) => onProgress?.({ type: 'decided', run }));
    await this.#write({ createdAt, approvals: [...(earlier?.approvals ?? [])] });
    try {
      await this.#tryUntilItHolds();
    } catch (error) {
      this.#ctx.signal.throwIfAborted();
      if (interruptsRun(error)) throw error;
      this.#outcomes.fail();
      await this.#write({ state: 'failed', end: { ...describeFailure(error, 'internal-error') } });
      if (!(error instanceof OrchError)) throw error;
    }
    await this.#removeWorkspace();
    return this.#record;
  }

  async #tryUntilItHolds(): Promise<void> {
    const { id, runs, base, maxTries } = this.#input;
    const first = await this.#findStart(1);
    const workspace = await this.#services.openWorkspace(first.base, this.#ctx.signal);
    this.#workspace = workspace;
    const merger = new TreeMerger(this.#git(workspace));
    const commands = await this.#commands(workspace, first);
    const verified = await verifiedRuns(runs, this.#outcomes, this.#ctx, this.#services, merger.git);
    const onTested = (done: readonly IntegrationTest[]): Promise<void> => this.#write({ tests: [...done] });
    const tests = new TestedTrees({ ctx: this.#ctx, services: this.#services, workspace, commands, onTested });
    let start = first;
    for (let tries = 1; ; tries += 1) {
      const commit = start.branch ?? start.base;
      const outcomes = this.#outcomes;
      const onProgress = (): Promise<void> => this.#write();
      const build = { integrationId: id, start: commit, runs: verified, outcomes, tests, merger, onProgress };
      const tip = await buildBranch(build);
      if (tip === commit) {
        await this.#write({ state: this.#outcomes.areAllIn ? 'done' : 'nothing' });
        return;
      }
      if (await this.#publish(start, tip, merger.git)) return;
      this.#services.onProgress?.({ type: 'base-moved' });
      if (tries === maxTries) throw new BaseKeepsMovingError(base.ref ?? base.commit, maxTries);
      this.#outcomes.forget();
      start = await this.#findStart(tries + 1);
    }
  }

  async #findStart(tries: number): Promise<StartingPoint> {
    const { base, branch } = this.#input;
    const start = await this.#ctx.step('start', async ({ signal }) => ({
      ...(await findStart(this.#services.repository, base, branch, signal)),
    }));
    this.#services.onProgress?.({ type: 'started', base: start.base, tries });
    await this.#write({ tries, base: { ref: base.ref, commit: start.base }, branchBefore: start.branch });
    return start;
  }

  async #commands(workspace: Workspace, start: StartingPoint): Promise<string[][]> {
    const commands =
      this.#input.commands ??
      (await this.#ctx.step('commands', async ({ signal }) => {
        const tree = await treeOfCommit(start.branch ?? start.base, this.#git(workspace));
        await workspace.restore(tree, { signal });
        return (await this.#services.commands(workspace)).map((command) => [...command]);
      }));
    await this.#write({ commands });
    return commands;
  }

  #git({ gitDir }: Workspace): GitOptions {
    return { cwd: gitDir, gitDir, signal: this.#ctx.signal };
  }

  async #write(more: Partial<IntegrationRecord> = {}): Promise<void> {
    const updatedAt = new Date().toISOString();
    this.#record = { ...this.#record, ...more, runs: this.#outcomes.all, updatedAt };
    await writeIntegration(this.#services.dir, this.#record);
  }

  /**
   * Whether the branch was moved, or what a human has to approve first is held for it; if not, the base was moved, and all is to be
   * built again.
   */
  async #publish(start: StartingPoint, tip: string, from: GitOptions): Promise<boolean> {
    const { repository, dir } = this.#services;
    const { id, branch, base } = this.#input;
    const held = needsApproval(this.#outcomes.all) ? heldRef(id) : null;
    const { sha256, bytes } = await writeDiff(start.base, tip, path.join(dir, 'diff.patch'), from);
    const move = { repository, from, baseRef: base.ref, start, branch, held, tip };
    // Somebody who commits at this moment holds a lock for as long as that takes.
    const how = await this.#ctx.step('publish', () => publish(move), { retries: 3, retryDelayMs: 200 });
    if (how === 'branch-moved') throw new IntegrationBranchMovedError(branch, tip);
    if (how === 'base-moved') return false;
    const state = this.#outcomes.areAllIn ? 'done' : 'partial';
    await this.#write({ tip, held, diff: { sha256, bytes }, state });
    return true;
  }

  /** The work tree goes once the branch holds what was made in it. */
  async #removeWorkspace(): Promise<void> {
    const workspace = this.#workspace;
    if (!workspace) return;
    const commits = this.#outcomes.all.flatMap(({ commit }) => commit ?? []);
    const deletion = { what: 'The work tree of the integration', repository: this.#services.repository, commits };
    try {
      await deleteOnceReachable(deletion, () => workspace.remove());
    } catch (error) {
      // It is kept, then; that is no failure of the integration.
      if (!(error instanceof OrchError)) throw error;
    }
  }
}
