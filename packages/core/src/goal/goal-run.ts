import path from 'node:path';
import { approvalSchema } from '../approval/approval.js';
import type { Ctx, Json } from '../engine/index.js';
import { OrchError } from '../errors/orch-error.js';
import { failpoint } from '../failpoint/failpoint.js';
import { writeFileAtomic } from '../fs/index.js';
import type { Briefing, HandoffChoice, HandoffOutcome, Team } from '../role/team.js';
import type { RunStore } from '../run/run-store.js';
import type { Workspace } from '../workspace/index.js';
import { Budget } from './budget.js';
import { IllegalTransitionError } from './errors.js';
import { type Diff, diffSchema, type GoalEvent, noUsage } from './events.js';
import type { GoalInput, GoalServices } from './goal-workflow.js';
import { advance, exhaustedLimit, initialState, legalHandoffs } from './machine.js';
import { currentSubtask, type GoalPhase, type GoalState, isTerminal, limitsOf } from './state.js';

/** Where the work of a run starts from again: the last accepted snapshot, or the base. */
const treeOf = (state: GoalState, workspace: Workspace): string => state.diff?.tree ?? workspace.baseCommit;

/**
 * One execution of a goal. After a crash another execution goes the same way again: recorded steps and events are
 * handed back, so that it arrives where the last one stopped.
 */
export class GoalRun implements AsyncDisposable {
  readonly #ctx: Ctx;
  readonly #input: GoalInput;
  readonly #store: RunStore;
  readonly #services: GoalServices;
  #state: GoalState = initialState;
  #emitted = 0;
  /** Handoffs that were chosen in this execution, not in an earlier one. */
  #choices = 0;
  #workspace: Workspace | undefined;
  #team: (Team & AsyncDisposable) | undefined;

  constructor(ctx: Ctx, input: GoalInput, store: RunStore, services: GoalServices) {
    this.#ctx = ctx;
    this.#input = input;
    this.#store = store;
    this.#services = services;
  }

  /** Goes on until the goal has ended, and returns how. */
  async toEnd(): Promise<GoalPhase> {
    try {
      await this.#emit('orchestrator', { type: 'run.created', data: this.#input });
      await this.#preflight();
      while (legalHandoffs(this.#state).length > 0) await this.#handOff();
      await this.#closeTeam();
      if (this.#state.phase === 'awaiting-approval') await this.#awaitApproval();
      if (this.#state.phase === 'promoting') await this.#promote();
    } catch (error) {
      await this.#fail(error);
    }
    return this.#state.phase;
  }

  /** Records the next event of this execution, or takes over what an earlier execution recorded in its place. */
  async #emit(actor: string, event: GoalEvent): Promise<void> {
    const key = `goal:${this.#emitted}`;
    this.#emitted += 1;
    await this.#store.append(event, { actor, key });
    this.#state = advance(this.#state, this.#store.find(key) ?? event);
  }

  async #artifact(kind: 'diff' | 'tests' | 'log' | 'review', file: string, text?: string): Promise<void> {
    if (text !== undefined) await writeFileAtomic(path.join(this.#store.dir, file), text);
    const key = `goal:${this.#emitted}`;
    this.#emitted += 1;
    if (!this.#store.find(key)) await this.#store.recordArtifact(kind, file, { key });
  }

  async #openWorkspace(): Promise<Workspace> {
    this.#workspace ??= await this.#services.openWorkspace(this.#input, this.#ctx.signal);
    return this.#workspace;
  }

  async #preflight(): Promise<void> {
    const result = await this.#ctx.step('preflight', async ({ signal }) =>
      this.#services.preflight(this.#input, await this.#openWorkspace(), signal),
    );
    if (result.ok) await this.#emit('orchestrator', { type: 'preflight.passed', data: result.facts });
    else await this.#emit('orchestrator', { type: 'preflight.refused', data: result.refusal });
  }

  async #handOff(): Promise<void> {
    const limit = exhaustedLimit(this.#state);
    if (limit) {
      await this.#emit('orchestrator', { type: 'run.exhausted', data: { ...limit, usage: noUsage } });
      return;
    }
    using budget = new Budget(this.#state, limitsOf(this.#state));
    const legal = legalHandoffs(this.#state);
    const choices = this.#choices;
    let outcome: HandoffOutcome;
    try {
      outcome = await this.#ctx.scope('handoff', async (ctx) => {
        const team = await this.#openTeam();
        const taken = await team.handOff({
          legal,
          briefing: await this.#briefing(),
          chosen: this.#chosen,
          spend: budget.spend,
          ctx: budget.guard(ctx),
        });
        return taken;
      });
    } catch (error) {
      await this.#handoffFailed(error, budget);
      return;
    }
    // A handoff that was recorded before is not taken again, but its choice is an event that has its place here.
    if (choices === this.#choices) await this.#chosen(outcome);
    await this.#record(outcome, budget);
  }

  async #handoffFailed(error: unknown, { exceeded, spent }: Budget): Promise<void> {
    this.#ctx.signal.throwIfAborted();
    if (exceeded) await this.#emit('orchestrator', { type: 'run.exhausted', data: { ...exceeded, usage: spent() } });
    else if (error instanceof OrchError)
      await this.#emit('orchestrator', { type: 'run.failed', data: { ...describe(error), usage: spent() } });
    else throw error;
  }

  /** Going back is an event of its own, recorded before the role begins. */
  readonly #chosen = async ({ role, reason = '' }: HandoffChoice): Promise<void> => {
    this.#choices += 1;
    if (this.#state.phase !== 'deciding') return;
    const subtask = currentSubtask(this.#state)?.id ?? '';
    if (role === 'builder') await this.#emit('role:manager', { type: 'revision.started', data: { subtask, reason } });
    if (role === 'planner') await this.#emit('role:manager', { type: 'replan.started', data: { reason } });
  };

  async #openTeam(): Promise<Team> {
    const { preflight } = this.#state;
    if (!preflight) throw new IllegalTransitionError('handoff', this.#state.phase, 'preflight has not passed');
    const workspace = await this.#openWorkspace();
    this.#team ??= await this.#services.openTeam({
      input: this.#input,
      preflight,
      workspace,
      store: this.#store,
      currentTree: () => treeOf(this.#state, workspace),
      signal: this.#ctx.signal,
    });
    return this.#team;
  }

  async #briefing(): Promise<Briefing> {
    const workspace = await this.#openWorkspace();
    const { phase, plan, build, diff, tests, review, problem } = this.#state;
    // While it is being decided who mends it, the last attempt already counts.
    const revision = phase === 'deciding' ? this.#state.revision + 1 : this.#state.revision;
    return {
      goal: this.#input.goal,
      cwd: workspace.tree,
      plan,
      subtask: currentSubtask(this.#state),
      revision,
      threadId: build?.threadId === '' ? undefined : build?.threadId,
      tests: tests && tests.diffSha256 === diff?.sha256 ? tests : undefined,
      review,
      problem,
      readDiff: (maxBytes) => (diff ? workspace.readDiff(diff.tree, maxBytes) : Promise.resolve('')),
      listFiles: (maxBytes) => workspace.listFiles(maxBytes),
    };
  }

  async #record(outcome: HandoffOutcome, budget: Budget): Promise<void> {
    const { chosenBy, reason } = outcome;
    const handoff = (): { chosenBy: typeof chosenBy; reason?: string; usage: ReturnType<Budget['spent']> } => ({
      chosenBy,
      ...(reason === undefined ? {} : { reason }),
      usage: budget.spent(),
    });
    switch (outcome.role) {
      case 'planner':
        await this.#emit('role:planner', { type: 'plan.accepted', data: { plan: outcome.plan, ...handoff() } });
        break;
      case 'builder':
        await this.#recordBuild(outcome, handoff, budget);
        break;
      case 'tester': {
        const diffSha256 = this.#presentDiff().sha256;
        await this.#emit('role:tester', {
          type: 'tests.finished',
          data: { diffSha256, tests: outcome.tests, ...handoff() },
        });
        const n = outcome.tests.commands[0]?.log.match(/\d+/)?.[0];
        if (n !== undefined)
          await this.#artifact(
            'tests',
            `tests/${n}.json`,
            `${JSON.stringify({ diffSha256, ...outcome.tests }, undefined, 2)}\n`,
          );
        for (const { log } of outcome.tests.commands) await this.#artifact('log', log);
        break;
      }
      case 'reviewer': {
        const diffSha256 = this.#presentDiff().sha256;
        await this.#emit('role:reviewer', {
          type: 'review.finished',
          data: { diffSha256, review: outcome.review, ...handoff() },
        });
        await this.#artifact(
          'review',
          'review.json',
          `${JSON.stringify({ diffSha256, ...outcome.review }, undefined, 2)}\n`,
        );
        break;
      }
      case 'escalate':
        await this.#emit('role:manager', { type: 'run.escalated', data: { message: outcome.message, ...handoff() } });
        break;
    }
  }

  async #recordBuild(
    { build }: Extract<HandoffOutcome, { role: 'builder' }>,
    handoff: () => Pick<Extract<GoalEvent, { type: 'build.finished' }>['data'], 'chosenBy' | 'reason' | 'usage'>,
    budget: Budget,
  ): Promise<void> {
    const subtask = currentSubtask(this.#state)?.id ?? '';
    const diff = await this.#snapshot();
    await this.#emit('role:builder', {
      type: 'build.finished',
      data: { subtask, revision: this.#state.revision, build, diff, ...handoff() },
    });
    await this.#artifact('diff', 'diff.patch');
    if (build.status === 'completed') return;
    if (budget.exceeded) {
      await this.#emit('orchestrator', { type: 'run.exhausted', data: { ...budget.exceeded, usage: noUsage } });
      return;
    }
    const error = build.error ?? {
      code: `codex-${build.status}`,
      message: `The builder's Codex turn ended as "${build.status}".`,
    };
    await this.#emit('orchestrator', { type: 'run.failed', data: { ...error, usage: noUsage } });
  }

  async #snapshot(): Promise<Diff> {
    const workspace = await this.#openWorkspace();
    const diff = await this.#ctx.step('snapshot', async ({ signal }) => {
      const { tree } = await workspace.snapshot({ signal });
      const { sha256, bytes, files } = await workspace.writeDiff(tree, path.join(this.#store.dir, 'diff.patch'));
      failpoint('diff.written');
      return { tree, sha256, bytes, files: [...files] } as unknown as Json;
    });
    return diffSchema.parse(diff);
  }

  #presentDiff(): Diff {
    if (!this.#state.diff) throw new IllegalTransitionError('handoff', this.#state.phase, 'there is no diff');
    return this.#state.diff;
  }

  async #awaitApproval(): Promise<void> {
    while (this.#state.phase === 'awaiting-approval') {
      const approval = approvalSchema.parse(await this.#ctx.waitFor('approval'));
      const actor = `${approval.by.actor}:${approval.by.email || approval.by.name}`;
      try {
        advance(this.#state, { type: 'approval.recorded', data: { approval } });
      } catch (error) {
        if (!(error instanceof IllegalTransitionError)) throw error;
        await this.#emit(actor, { type: 'approval.refused', data: { approval, reason: error.message } });
        continue;
      }
      await this.#emit(actor, { type: 'approval.recorded', data: { approval } });
    }
  }

  async #promote(): Promise<void> {
    const diff = this.#presentDiff();
    const approval = this.#state.approvals.findLast(({ decision }) => decision === 'approved');
    const commit = await this.#ctx.step('promote', async () => {
      const workspace = await this.#openWorkspace();
      return workspace.commit({
        tree: diff.tree,
        message: `${this.#input.goal.split('\n')[0]?.slice(0, 72) ?? ''}\n\nCodex-Orch-Run: ${this.#input.runId}\nCodex-Orch-Diff: ${diff.sha256}\n`,
        author: { name: approval?.by.name ?? 'codex-orch', email: approval?.by.email ?? '' },
        at: approval?.at ?? '',
      });
    });
    await this.#emit('orchestrator', { type: 'promoted', data: { commit, diffSha256: diff.sha256 } });
  }

  /** A cancelled run and a broken one end in a state that says so; a stopped engine leaves the run resumable. */
  async #fail(error: unknown): Promise<void> {
    if (isTerminal(this.#state.phase)) throw error;
    if (error instanceof OrchError && error.code === 'run-cancelled') {
      await this.#end('human', { type: 'run.cancelled', data: { by: 'a cancel request' } });
      throw error;
    }
    if (this.#ctx.signal.aborted) throw error;
    await this.#end('orchestrator', { type: 'run.failed', data: { ...describe(error), usage: noUsage } });
  }

  /** Ends the run from wherever this execution is, which need not be as far as an earlier one came. */
  async #end(actor: string, event: GoalEvent): Promise<void> {
    await this.#store.append(event, { actor, key: 'end' });
    this.#state = this.#store.state;
  }

  async #closeTeam(): Promise<void> {
    const team = this.#team;
    this.#team = undefined;
    await team?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closeTeam();
  }
}

function describe(error: unknown): { code: string; message: string; hint?: string } {
  if (error instanceof OrchError)
    return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  return { code: 'internal-error', message: error instanceof Error ? error.message : String(error) };
}
