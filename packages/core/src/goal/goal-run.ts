import path from 'node:path';
import { type Approval, approvalSchema } from '../approval/approval.js';
import type { Ctx, Json, StepCtx } from '../engine/index.js';
import { DiskFullError, NotWritableError } from '../fs/errors.js';
import { describeFailure, type Failure, interruptsRun } from '../errors/failure.js';
import { OrchError } from '../errors/orch-error.js';
import { failpoint } from '../failpoint/failpoint.js';
import { writeFileAtomic } from '../fs/index.js';
import type { Briefing, Handoff, HandoffChoice, HandoffOutcome, Team } from '../role/team.js';
import { RunCorruptError } from '../run/errors.js';
import type { RunStore } from '../run/run-store.js';
import { EmbeddedRepositoryError, UnsafeSymlinkError, type Workspace } from '../workspace/index.js';
import { Budget } from './budget.js';
import { IllegalTransitionError, PromotionBlockedError } from './errors.js';
import { type Diff, diffSchema, type GoalEvent, noUsage } from './events.js';
import { checkOutcome, handoffData, type HandoffRecord } from './handoff.js';
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
  /** Handoffs begun in this execution; numbers their events. */
  #handoffs = 0;
  readonly #emitted = new Set<string>();
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
      this.#checkEvents();
      await this.#emit('created', 'orchestrator', { type: 'run.created', data: this.#input });
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

  /** Records an event of this execution, or takes over what an earlier execution recorded in its place. */
  async #emit(key: string, actor: string, event: GoalEvent): Promise<void> {
    if (this.#emitted.has(key)) return;
    await this.#store.append(event, { actor, key });
    this.#state = advance(this.#state, this.#store.find(key) ?? event);
    this.#emitted.add(key);
  }

  /** The same for an event of the present handoff. */
  #emitOfHandoff(actor: string, event: GoalEvent): Promise<void> {
    return this.#emit(`handoff:${this.#handoffs}:${event.type}`, actor, event);
  }

  async #artifact(kind: 'diff' | 'tests' | 'log' | 'review', file: string, text?: string): Promise<void> {
    const key = `handoff:${this.#handoffs}:${file}`;
    if (this.#store.find(key)) return;
    if (text !== undefined) await writeFileAtomic(path.join(this.#store.dir, file), text);
    await this.#store.recordArtifact(kind, file, { key });
  }

  async #openWorkspace(): Promise<Workspace> {
    this.#workspace ??= await this.#services.openWorkspace(this.#input, this.#ctx.signal);
    return this.#workspace;
  }

  async #preflight(): Promise<void> {
    const result = await this.#ctx.step('preflight', async ({ signal }) =>
      this.#services.preflight(this.#input, await this.#openWorkspace(), signal),
    );
    if (result.ok) await this.#emit('preflight', 'orchestrator', { type: 'preflight.passed', data: result.facts });
    else await this.#emit('preflight', 'orchestrator', { type: 'preflight.refused', data: result.refusal });
  }

  async #handOff(): Promise<void> {
    this.#handoffs += 1;
    const limit = exhaustedLimit(this.#state);
    if (limit) {
      await this.#emitOfHandoff('orchestrator', { type: 'run.exhausted', data: { ...limit, usage: noUsage } });
      return;
    }
    const legal = legalHandoffs(this.#state);
    const record = (await this.#ctx.scope(
      'handoff',
      async (ctx) => (await this.#takeHandoff(legal, ctx)) as HandoffRecord & Json,
    )) as HandoffRecord;
    if (record.choice) await this.#choose(record.choice);
    if (record.outcome) await this.#record(record.outcome, record);
    else if (record.exceeded) {
      await this.#emitOfHandoff('orchestrator', {
        type: 'run.exhausted',
        data: { ...record.exceeded, usage: record.usage },
      });
    } else if (record.failure) {
      await this.#emitOfHandoff('orchestrator', {
        type: 'run.failed',
        data: { ...record.failure, usage: record.usage },
      });
    }
  }

  async #takeHandoff(legal: readonly Handoff[], ctx: StepCtx): Promise<HandoffRecord> {
    using budget = new Budget(this.#state, limitsOf(this.#state));
    let choice: HandoffChoice | undefined;
    const over = (rest: Pick<HandoffRecord, 'outcome' | 'failure'>): HandoffRecord => ({
      choice,
      usage: budget.spent(),
      exceeded: budget.exceeded,
      ...rest,
    });
    const team = await this.#openTeam();
    const briefing = await this.#briefing();
    try {
      const outcome = await team.handOff({
        legal,
        briefing,
        chosen: async (taken) => {
          choice = taken;
          await this.#choose(taken);
        },
        spend: budget.spend,
        ctx: budget.guard(ctx),
      });
      return over({ outcome: checkOutcome(outcome), failure: undefined });
    } catch (error) {
      this.#ctx.signal.throwIfAborted();
      if (interruptsRun(error)) throw error;
      return over({ outcome: undefined, failure: describeFailure(error, 'internal-error') });
    }
  }

  /** Going back is an event of its own, recorded before the role begins. */
  async #choose({ role, reason = '' }: HandoffChoice): Promise<void> {
    if (this.#state.phase !== 'deciding') return;
    const subtask = currentSubtask(this.#state)?.id ?? '';
    if (role === 'builder')
      await this.#emitOfHandoff('role:manager', { type: 'revision.started', data: { subtask, reason } });
    if (role === 'planner') await this.#emitOfHandoff('role:manager', { type: 'replan.started', data: { reason } });
  }

  /** A journal without its events would be told anew, with other times and nothing of what people decided. */
  #checkEvents(): void {
    if (this.#ctx.isReplay && this.#store.state.phase === 'new') {
      throw new RunCorruptError(
        path.join(this.#store.dir, 'events.jsonl'),
        1,
        'the journal holds results, but there are no events',
      );
    }
  }

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

  async #record(outcome: HandoffOutcome, record: HandoffRecord): Promise<void> {
    const handoff = handoffData(record);
    switch (outcome.role) {
      case 'planner':
        await this.#emitOfHandoff('role:planner', { type: 'plan.accepted', data: { plan: outcome.plan, ...handoff } });
        break;
      case 'builder':
        await this.#recordBuild(outcome, record);
        break;
      case 'tester': {
        const diffSha256 = this.#presentDiff().sha256;
        await this.#emitOfHandoff('role:tester', {
          type: 'tests.finished',
          data: { diffSha256, tests: outcome.tests, ...handoff },
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
        await this.#emitOfHandoff('role:reviewer', {
          type: 'review.finished',
          data: { diffSha256, review: outcome.review, ...handoff },
        });
        await this.#artifact(
          'review',
          'review.json',
          `${JSON.stringify({ diffSha256, ...outcome.review }, undefined, 2)}\n`,
        );
        break;
      }
      case 'escalate':
        await this.#emitOfHandoff('role:manager', {
          type: 'run.escalated',
          data: { message: outcome.message, ...handoff },
        });
        break;
    }
  }

  async #recordBuild({ build }: Extract<HandoffOutcome, { role: 'builder' }>, record: HandoffRecord): Promise<void> {
    const subtask = currentSubtask(this.#state)?.id ?? '';
    const snapshot = await this.#snapshot();
    if ('failure' in snapshot) {
      await this.#emitOfHandoff('orchestrator', {
        type: 'run.failed',
        data: { ...snapshot.failure, usage: record.usage },
      });
      return;
    }
    const { revision } = this.#state;
    await this.#emitOfHandoff('role:builder', {
      type: 'build.finished',
      data: { subtask, revision, build, diff: snapshot.diff, ...handoffData(record) },
    });
    await this.#artifact('diff', 'diff.patch');
    if (build.status === 'completed') return;
    if (record.exceeded) {
      await this.#emitOfHandoff('orchestrator', {
        type: 'run.exhausted',
        data: { ...record.exceeded, usage: noUsage },
      });
      return;
    }
    const error = build.error ?? {
      code: `codex-${build.status}`,
      message: `The builder's Codex turn ended as "${build.status}".`,
    };
    await this.#emitOfHandoff('orchestrator', { type: 'run.failed', data: { ...error, usage: noUsage } });
  }

  /** What the builder left; work that cannot be a diff, such as a repository in the repository, is a failure of the work. */
  async #snapshot(): Promise<{ readonly diff: Diff } | { readonly failure: Failure }> {
    const workspace = await this.#openWorkspace();
    return this.#ctx.step('snapshot', async ({ signal }) => {
      try {
        const { tree } = await workspace.snapshot({ signal });
        const { sha256, bytes, files } = await workspace.writeDiff(tree, path.join(this.#store.dir, 'diff.patch'));
        failpoint('diff.written');
        return { diff: diffSchema.parse({ tree, sha256, bytes, files }) };
      } catch (error) {
        if (!(error instanceof EmbeddedRepositoryError || error instanceof UnsafeSymlinkError)) throw error;
        return { failure: describeFailure(error, error.code) };
      }
    });
  }

  #presentDiff(): Diff {
    if (!this.#state.diff) throw new IllegalTransitionError('handoff', this.#state.phase, 'there is no diff');
    return this.#state.diff;
  }

  async #awaitApproval(): Promise<void> {
    for (let round = 1; this.#state.phase === 'awaiting-approval'; round += 1) {
      // A decision that was made before there was anything to decide on is none.
      const parsed = approvalSchema.safeParse(await this.#ctx.waitFor('approval', { fresh: true }));
      if (!parsed.success) continue;
      const approval = parsed.data;
      const actor = `${approval.by.actor}:${approval.by.email || approval.by.name}`;
      const event = await this.#judge(approval);
      await this.#emit(`approval:${round}`, actor, event);
    }
  }

  async #judge(approval: Approval): Promise<GoalEvent> {
    const event = { type: 'approval.recorded', data: { approval } } as const;
    try {
      await this.#services.checkApproval?.(approval);
      advance(this.#state, event);
      return event;
    } catch (error) {
      if (!(error instanceof OrchError) || interruptsRun(error)) throw error;
      return { type: 'approval.refused', data: { approval, reason: error.message } };
    }
  }

  async #promote(): Promise<void> {
    const diff = this.#presentDiff();
    const approval = this.#state.approvals.findLast(({ decision }) => decision === 'approved');
    const commit = await this.#ctx.step('promote', async () => {
      try {
        const workspace = await this.#openWorkspace();
        return await workspace.commit({
          tree: diff.tree,
          message: `${this.#input.goal.split('\n')[0]?.slice(0, 72) ?? ''}\n\nCodex-Orch-Run: ${this.#input.runId}\nCodex-Orch-Diff: ${diff.sha256}\n`,
          author: { name: approval?.by.name ?? 'codex-orch', email: approval?.by.email ?? '' },
          at: approval?.at ?? '',
        });
      } catch (error) {
        if (error instanceof DiskFullError || error instanceof NotWritableError) throw error;
        throw new PromotionBlockedError(this.#input.runId, error);
      }
    });
    await this.#emit('promoted', 'orchestrator', { type: 'promoted', data: { commit, diffSha256: diff.sha256 } });
  }

  /** A cancelled run and a broken one end in a state that says so; a stopped engine leaves the run resumable. */
  async #fail(error: unknown): Promise<void> {
    if (isTerminal(this.#state.phase)) throw error;
    if (error instanceof OrchError && error.code === 'run-cancelled') {
      await this.#end('human', { type: 'run.cancelled', data: { by: 'a cancel request' } });
      throw error;
    }
    if (this.#ctx.signal.aborted || interruptsRun(error)) throw error;
    await this.#end('orchestrator', {
      type: 'run.failed',
      data: { ...describeFailure(error, 'internal-error'), usage: noUsage },
    });
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
