import {
  type ApprovalDecision,
  type BuildReport,
  type CodexApprovalPolicy,
  type CodexApprovalRequest,
  type CodexDriver,
  type CodexEvent,
  type CodexSandbox,
  failpoint,
  type HandoffRequest,
  type StepContext,
  type TokenUsage,
} from '@codex-orch/core';
import type { Model } from '@openai/agents-core';
import { addUsage, noUsage } from '../model/token-usage.js';
import { builderPrompt, type TurnStart } from '../prompts/builder.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { localModel } from '../sdk/local-model.js';

/** Answers the approval requests of a turn; the signal fires when the turn no longer waits. */
export type ApprovalDesk = (request: CodexApprovalRequest, signal: AbortSignal) => Promise<ApprovalDecision>;

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

async function runTurn(
  options: BuilderOptions,
  { briefing, ctx }: HandoffRequest,
  step: StepContext,
  threadId: string | undefined,
  start: TurnStart,
): Promise<RecordedTurn> {
  const {
    driver,
    model,
    sandbox = 'workspace-write',
    approvalPolicy = 'on-request',
    idleTimeoutMs = 300_000,
    onApproval,
    onEvent,
  } = options;
  const signal = AbortSignal.any([step.signal, ctx.signal]);
  signal.throwIfAborted();
  await using session = await driver.open({ cwd: briefing.cwd, threadId, model, sandbox, approvalPolicy, signal });
  failpoint('driver.opened');
  const result = await session.run(builderPrompt(briefing, start), { onApproval, onEvent, signal, idleTimeoutMs });
  failpoint('turn.finished');
  // A turn that we stopped ourselves must not be recorded as how the work went: it runs again on resume.
  if (result.status !== 'completed') signal.throwIfAborted();
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
      }>('builder.turn', async (step) => {
        const isRerun = step.attempt > 1;
        if (isRerun) await options.beforeTurn?.(step);
        return runTurn(options, request, step, threadId, isRerun ? 'tree-restored' : crashes > 0 ? 'crashed' : 'fresh');
      });
      request.spend('builder', turn.usage);
      usage = addUsage(usage, turn.usage);
      if (turn.report.status !== 'crashed' || crashes >= (options.crashRetries ?? 1)) {
        return { kind: 'message', text: JSON.stringify(turn.report), usage };
      }
      if (resume && turn.report.threadId !== '') threadId = turn.report.threadId;
    }
  });
}
