import {
  type ApprovalDecision,
  ApprovalPendingError,
  type BuildReport,
  type CodexApprovalPolicy,
  type CodexApprovalRequest,
  type CodexDriver,
  type CodexEvent,
  type CodexSandbox,
  type CodexSession,
  type Elevation,
  failpoint,
  type HandoffRequest,
  OrchError,
  type StepContext,
  type TokenUsage,
} from '@codex-orch/core';
import type { Model } from '@openai/agents-core';
import { addUsage, noUsage } from '../model/token-usage.js';
import { builderPrompt, type TurnStart } from '../prompts/builder.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { localModel } from '../sdk/local-model.js';

/**
 * Answers the approval requests of a turn; the signal fires when the turn no longer waits. `leave` keeps the request open: the turn is
 * given up, and taken up again or repeated when the run is resumed.
 */
export type ApprovalDesk = (
  request: CodexApprovalRequest,
  signal: AbortSignal,
  step: StepContext,
) => Promise<ApprovalDecision>;

export interface BuilderOptions {
  /** Where sessions come from. */
  readonly driver: Pick<CodexDriver, 'open' | 'capabilities'>;
  /** The model's slug; Codex's own default when absent. */
  readonly model?: string | undefined;
  /** `workspace-write` by default. */
  readonly sandbox?: CodexSandbox | undefined;
  /** `on-request` by default. */
  readonly approvalPolicy?: CodexApprovalPolicy | undefined;
  /** Longest silence of Codex, in milliseconds; 300 000 by default. */
  readonly idleTimeoutMs?: number | undefined;
  /** How often a turn that crashed is taken up again; 1 by default. */
  readonly crashRetries?: number | undefined;
  /** Without it, every approval request is denied. */
  readonly onApproval?: ApprovalDesk | undefined;
  /** What Codex asked in the present turn and nobody has answered. */
  readonly openElevations?: (() => readonly Elevation[]) | undefined;
  readonly onEvent?: ((event: CodexEvent) => void) | undefined;
  /**
   * Awaited when a turn is run again because the orchestrator died during it (`step.attempt` is above 1).
   * It must put the work tree back to how it was before the turn: what the dead turn did is not known.
   */
  readonly beforeTurn?: ((step: StepContext) => Promise<void>) | undefined;
}

interface RecordedTurn {
  readonly report: BuildReport;
  readonly usage: TokenUsage;
}

interface Turn {
  readonly step: StepContext;
  readonly threadId: string | undefined;
  readonly start: TurnStart;
}

/** The thread to work on. One that waits for an answer is worth a try: when it is lost, the turn begins on a new one. */
async function openSession(
  { driver, model, sandbox = 'workspace-write', approvalPolicy = 'on-request' }: BuilderOptions,
  { briefing }: HandoffRequest,
  { threadId, waitingThread }: Pick<Turn, 'threadId'> & { readonly waitingThread: string | undefined },
  signal: AbortSignal,
): Promise<CodexSession> {
  const options = { cwd: briefing.cwd, model, sandbox, approvalPolicy, signal };
  if (waitingThread !== undefined && waitingThread !== threadId && driver.capabilities.resume) {
    try {
      return await driver.open({ ...options, threadId: waitingThread });
    } catch (error) {
      if (!(error instanceof OrchError) || error.code !== 'thread-open-failed') throw error;
    }
  }
  return driver.open({ ...options, threadId });
}

async function runTurn(options: BuilderOptions, request: HandoffRequest, turn: Turn): Promise<RecordedTurn> {
  const { idleTimeoutMs = 300_000, onApproval, onEvent, openElevations = () => [] } = options;
  const { briefing, ctx } = request;
  const { step, threadId, start } = turn;
  const signal = AbortSignal.any([step.signal, ctx.signal]);
  signal.throwIfAborted();
  const waitingThread = openElevations()[0]?.request.threadId;
  await using session = await openSession(options, request, { threadId, waitingThread }, signal);
  failpoint('driver.opened');
  const left = new Set<string>();
  const turnOptions = {
    onEvent,
    signal,
    idleTimeoutMs,
    step: { key: step.key, attempt: step.attempt },
    onApproval:
      onApproval &&
      (async (asked: CodexApprovalRequest, over: AbortSignal) => {
        const decision = await onApproval(asked, over, step);
        if (decision === 'leave') left.add(asked.id);
        return decision;
      }),
  };
  const rejoined = waitingThread === undefined ? undefined : session.rejoin?.(turnOptions);
  if (!rejoined && step.attempt > 1) await options.beforeTurn?.(step);
  const result = await (rejoined ?? session.run(builderPrompt(briefing, start), turnOptions));
  failpoint('turn.finished');
  // A turn that we stopped ourselves must not be recorded as how the work went: it runs again on resume.
  if (result.status !== 'completed') signal.throwIfAborted();
  if (left.size > 0) {
    throw new ApprovalPendingError(
      ctx.runId,
      openElevations().map(({ id }) => id),
    );
  }
  const { status, text, error = null, usage } = result;
  return {
    report: { status, threadId: result.threadId, text, error: error && { code: error.code, message: error.message } },
    usage,
  };
}

/** The builder's SDK model: one turn of Codex, taken up again when Codex crashes. */
export function builderModel(sdk: Sdk, request: HandoffRequest, options: BuilderOptions): Model {
  return localModel(sdk, async () => {
    let usage = noUsage;
    // Where threads cannot be taken up again, the prompt alone tells what was before.
    const { resume } = options.driver.capabilities;
    let threadId = resume ? request.briefing.threadId : undefined;
    for (let crashes = 0; ; crashes += 1) {
      const turn = await request.ctx.step<{
        [K in keyof RecordedTurn]: { [P in keyof RecordedTurn[K]]: RecordedTurn[K][P] };
      }>(
        'builder.turn',
        async (step) => {
          const start = step.attempt > 1 ? 'tree-restored' : crashes > 0 ? 'crashed' : 'fresh';
          return runTurn(options, request, { step, threadId, start });
        },
        { startIsDurable: true },
      );
      request.spend('builder', turn.usage);
      usage = addUsage(usage, turn.usage);
      if (turn.report.status !== 'crashed' || crashes >= (options.crashRetries ?? 1)) {
        return { kind: 'message', text: JSON.stringify(turn.report), usage };
      }
      if (resume && turn.report.threadId !== '') threadId = turn.report.threadId;
    }
  });
}
