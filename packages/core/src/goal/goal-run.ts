import path from 'node:path';
import { type Approval, approvalSchema } from '../approval/approval.js';
import type { AssetUse } from '../asset/asset-offer.js';
import type { Ctx, Json, StepCtx } from '../engine/index.js';
import { describeFailure, interruptsRun } from '../errors/failure.js';
import { OrchError } from '../errors/orch-error.js';
import type { Handoff, HandoffChoice, Team } from '../role/team.js';
import { RunCorruptError } from '../run/errors.js';
import type { RunStore } from '../run/run-store.js';
import type { Workspace } from '../workspace/index.js';
import { applyAsset } from './apply-asset.js';
import { briefingOf } from './briefing.js';
import { Budget } from './budget.js';
import { commitApproved } from './commit-approved.js';
import { IllegalTransitionError } from './errors.js';
import { type GoalEvent, noUsage } from './events.js';
import { checkOutcome, type HandoffRecord } from './handoff.js';
import type { GoalInput, GoalServices } from './goal-workflow.js';
import { advance, exhaustedLimit, legalHandoffs } from './machine.js';
import {
  currentSubtask,
  type GoalPhase,
  type GoalState,
  isTerminal,
  limitsOf,
  pendingAsset,
  presentDiff,
} from './state.js';
import { recordOutcome } from './record-outcome.js';
import { RunRecorder } from './run-recorder.js';
import { type Snapshot, takeSnapshot } from './snapshot.js';

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
  readonly #recorder: RunRecorder;
  #workspace: Workspace | undefined;
  #team: (Team & AsyncDisposable) | undefined;

  constructor(ctx: Ctx, input: GoalInput, store: RunStore, services: GoalServices) {
    this.#ctx = ctx;
    this.#input = input;
    this.#store = store;
    this.#recorder = new RunRecorder(store);
    this.#services = services;
  }

  get #state(): GoalState {
    return this.#recorder.state;
  }

  /** Goes on until the goal has ended, and returns how. */
  async toEnd(): Promise<GoalPhase> {
    try {
      this.#checkEvents();
      await this.#recorder.emit('created', 'orchestrator', { type: 'run.created', data: this.#input });
      await this.#preflight();
      await this.#checkpoint();
      while (pendingAsset(this.#state) || legalHandoffs(this.#state).length > 0) {
        await this.#handOff();
        await this.#checkpoint();
      }
      await this.#closeTeam();
      if (this.#state.phase === 'awaiting-approval') await this.#awaitApproval();
      if (this.#state.phase === 'promoting') await this.#promote();
    } catch (error) {
      await this.#fail(error);
    }
    return this.#state.phase;
  }

  async #openWorkspace(): Promise<Workspace> {
    this.#workspace ??= await this.#services.openWorkspace(this.#input, this.#ctx.signal);
    return this.#workspace;
  }

  async #preflight(): Promise<void> {
    const result = await this.#ctx.step('preflight', async ({ signal }) =>
      this.#services.preflight(this.#input, await this.#openWorkspace(), signal),
    );
    if (!result.ok) {
      await this.#recorder.emit('preflight', 'orchestrator', { type: 'preflight.refused', data: result.refusal });
      return;
    }
    const { facts, offers = [] } = result;
    await this.#recorder.emit('preflight', 'orchestrator', { type: 'preflight.passed', data: facts });
    if (offers.length > 0)
      await this.#recorder.emit('offers', 'orchestrator', { type: 'assets.offered', data: { offers } });
  }

  async #handOff(): Promise<void> {
    this.#recorder.beginHandoff();
    const limit = exhaustedLimit(this.#state);
    if (limit) {
      await this.#recorder.emitOfHandoff('orchestrator', { type: 'run.exhausted', data: { ...limit, usage: noUsage } });
      return;
    }
    const legal = legalHandoffs(this.#state);
    const asset = pendingAsset(this.#state);
    const record = (await this.#ctx.scope('handoff', async (ctx) => {
      const taken = asset ? this.#applyAsset(asset, ctx) : this.#takeHandoff(legal, ctx);
      return (await taken) as HandoffRecord & Json;
    })) as HandoffRecord;
    if (record.choice) await this.#choose(record.choice);
    if (record.outcome) await recordOutcome(this.#recorder, record.outcome, record, () => this.#snapshot());
    else if (record.exceeded) {
      await this.#recorder.emitOfHandoff('orchestrator', {
        type: 'run.exhausted',
        data: { ...record.exceeded, usage: record.usage },
      });
    } else if (record.failure) {
      await this.#recorder.emitOfHandoff('orchestrator', {
        type: 'run.failed',
        data: { ...record.failure, usage: record.usage },
      });
    }
  }

  /** Not where an earlier execution was: it may have begun with what comes next. */
  async #checkpoint(): Promise<void> {
    if (isTerminal(this.#state.phase) || this.#recorder.isBehind) return;
    await this.#services.checkpoint?.(this.#input.runId, this.#ctx.signal);
  }

  async #applyAsset(asset: AssetUse, ctx: StepCtx): Promise<HandoffRecord> {
    using budget = new Budget(this.#state, limitsOf(this.#state));
    const workspace = await this.#openWorkspace();
    return await this.#within(budget, async () => ({
      role: 'asset',
      ...(await applyAsset(budget.guard(ctx), {
        asset,
        library: this.#services.assets,
        workspace,
        tree: treeOf(this.#state, workspace),
      })),
    }));
  }

  async #takeHandoff(legal: readonly Handoff[], ctx: StepCtx): Promise<HandoffRecord> {
    using budget = new Budget(this.#state, limitsOf(this.#state));
    const team = await this.#openTeam();
    const briefing = briefingOf(this.#state, this.#input.goal, await this.#openWorkspace());
    let choice: HandoffChoice | undefined;
    const record = await this.#within(budget, async () => {
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
      return checkOutcome(outcome);
    });
    return { ...record, choice };
  }

  /** Works within the limits of the goal, and tells what it cost and how it ended. */
  async #within(budget: Budget, work: () => Promise<NonNullable<HandoffRecord['outcome']>>): Promise<HandoffRecord> {
    const over = (rest: Pick<HandoffRecord, 'outcome' | 'failure'>): HandoffRecord => ({
      choice: undefined,
      usage: budget.spent(),
      exceeded: budget.exceeded,
      ...rest,
    });
    try {
      return over({ outcome: await work(), failure: undefined });
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
      await this.#recorder.emitOfHandoff('role:manager', { type: 'revision.started', data: { subtask, reason } });
    if (role === 'planner')
      await this.#recorder.emitOfHandoff('role:manager', { type: 'replan.started', data: { reason } });
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

  async #snapshot(): Promise<Snapshot> {
    const workspace = await this.#openWorkspace();
    return this.#ctx.step('snapshot', ({ signal }) => takeSnapshot(workspace, this.#store.dir, signal));
  }

  async #awaitApproval(): Promise<void> {
    for (let round = 1; this.#state.phase === 'awaiting-approval'; round += 1) {
      // A decision that was made before there was anything to decide on is none.
      const parsed = approvalSchema.safeParse(await this.#ctx.waitFor('approval', { fresh: true }));
      if (!parsed.success) continue;
      const approval = parsed.data;
      const actor = `${approval.by.actor}:${approval.by.email || approval.by.name}`;
      const event = await this.#judge(approval);
      await this.#recorder.emit(`approval:${round}`, actor, event);
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
    const { sha256 } = presentDiff(this.#state);
    const commit = await this.#ctx.step('promote', () =>
      commitApproved(this.#state, this.#input, () => this.#openWorkspace()),
    );
    await this.#recorder.emit('promoted', 'orchestrator', { type: 'promoted', data: { commit, diffSha256: sha256 } });
  }

  /** A cancelled run and a broken one end in a state that says so; a stopped engine leaves the run resumable. */
  async #fail(error: unknown): Promise<void> {
    if (isTerminal(this.#state.phase)) throw error;
    if (error instanceof OrchError && error.code === 'run-cancelled') {
      await this.#recorder.end('human', { type: 'run.cancelled', data: { by: 'a cancel request' } });
      throw error;
    }
    if (this.#ctx.signal.aborted || interruptsRun(error)) throw error;
    await this.#recorder.end('orchestrator', {
      type: 'run.failed',
      data: { ...describeFailure(error, 'internal-error'), usage: noUsage },
    });
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
