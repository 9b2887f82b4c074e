import type { StepContext } from '../engine/engine.js';
import type { ApprovalDecision, CodexApprovalRequest } from './approval-request.js';

/** The ways to reach a Codex. */
export type CodexDriverKind = 'app-server' | 'mcp-server' | 'exec' | 'cloud';

/** What a driver can do; callers ask this instead of comparing versions. */
export interface CodexCapabilities {
  /** Codex asks before it elevates, and waits for the answer. */
  readonly approvals: boolean;
  /** A pending approval survives the death of the client. */
  readonly durableApprovals: boolean;
  /** A thread can be continued by a later process. */
  readonly resume: boolean;
  /** The diff is reported while the turn runs (apply_patch edits only). */
  readonly liveDiff: boolean;
  /** Input can be added to a running turn. */
  readonly steer: boolean;
  /** The final answer can be held to a JSON Schema. */
  readonly outputSchema: boolean;
  /** One process serves many threads. */
  readonly multiThread: boolean;
}

/** Codex's sandbox modes, in Codex's own words. */
export type CodexSandbox = 'read-only' | 'workspace-write' | 'danger-full-access';

/** When Codex asks, in Codex's own words. */
export type CodexApprovalPolicy = 'untrusted' | 'on-request' | 'never';

export interface OpenSessionOptions {
  /** Absolute path of the folder that Codex works in. */
  readonly cwd: string;
  /** Continue this thread instead of starting a new one. */
  readonly threadId?: string | undefined;
  /** The model's slug; Codex's own default when absent. */
  readonly model?: string | undefined;
  readonly sandbox: CodexSandbox;
  readonly approvalPolicy: CodexApprovalPolicy;
  readonly signal?: AbortSignal | undefined;
}

/** Something that happened during a turn, the same for every driver. */
export type CodexEvent =
  | { readonly type: 'thread.started'; readonly threadId: string }
  | { readonly type: 'turn.started'; readonly turnId?: string | undefined }
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'message.delta'; readonly text: string }
  | { readonly type: 'command.started'; readonly itemId: string; readonly command: string }
  | {
      readonly type: 'command.finished';
      readonly itemId: string;
      readonly command: string;
      readonly exitCode: number | null;
      readonly declined: boolean;
    }
  | { readonly type: 'patch'; readonly itemId: string; readonly paths: readonly string[]; readonly status: string }
  | { readonly type: 'usage'; readonly usage: TokenUsage }
  | { readonly type: 'warning'; readonly text: string };

/** Tokens, as the provider counts them. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
}

export interface RunTurnOptions {
  readonly onEvent?: ((event: CodexEvent) => void) | undefined;
  /**
   * Answers an approval request. Without it, and when it throws, the request is denied. `signal` fires when no answer is wanted any
   * more, or when the turn is to be given up; it may say `leave` then.
   */
  readonly onApproval?: ((request: CodexApprovalRequest, signal: AbortSignal) => Promise<ApprovalDecision>) | undefined;
  /** Aborting interrupts the turn and ends what it started in the background. */
  readonly signal?: AbortSignal | undefined;
  /** The turn fails with `codex-idle` when Codex says nothing for this long, in milliseconds. Time spent waiting for an approval does not count. */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * The step of a run that this turn is, where it is one. By its key a driver whose turns outlive this process finds the turn that an
   * earlier try at the step began, or finished without a record of that; any other step is another turn.
   */
  readonly step?: Pick<StepContext, 'key' | 'attempt'> | undefined;
  /** A JSON Schema for the final answer; only where the driver has the capability `outputSchema`. */
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined;
}

/** How a turn failed: `code` is stable, e.g. `codex-idle`, `codex-crashed`, `model-unauthorized`, `model-rate-limited`, `model-error`. */
export interface TurnError {
  readonly code: string;
  readonly message: string;
}

/** How a turn ended. The diff is not here: it is the workspace's to tell. */
export interface TurnResult {
  readonly threadId: string;
  readonly status: 'completed' | 'failed' | 'interrupted' | 'crashed';
  /** The agent's last message; empty when there was none. */
  readonly text: string;
  readonly usage: TokenUsage;
  readonly error?: TurnError | undefined;
}

/** One thread of Codex. One turn at a time. */
export interface CodexSession extends AsyncDisposable {
  /** Known once the thread has started. */
  readonly threadId: string | undefined;
  /** Runs one turn to its end. Never rejects for what Codex or the model did: that is in the result. */
  run(prompt: string, options?: RunTurnOptions): Promise<TurnResult>;
  /**
   * Takes over the turn that an earlier client left running on this thread, with the approval that it waits for. Undefined when there is
   * none; absent where approvals are not durable.
   */
  rejoin?(options?: RunTurnOptions): Promise<TurnResult> | undefined;
  /** Ends the running turn and its background children. */
  interrupt(): Promise<void>;
  close(): Promise<void>;
}

/** Whether Codex has credentials; nothing is sent to find out. */
export interface AuthReport {
  readonly state: 'logged-in' | 'logged-out' | 'not-needed' | 'unknown';
  /** `chatgpt`, `apikey` or the provider's name. */
  readonly method?: string | undefined;
  readonly detail?: string | undefined;
}

/** A way to reach one installed Codex. */
export interface CodexDriver extends AsyncDisposable {
  readonly kind: CodexDriverKind;
  readonly capabilities: CodexCapabilities;
  /** The version of the Codex behind it, e.g. `0.169.0`. */
  readonly version: string;
  /** Throws an `OrchError` when Codex cannot be started or the thread cannot be opened. */
  open(options: OpenSessionOptions): Promise<CodexSession>;
  auth(): Promise<AuthReport>;
  /** Whether a turn was left waiting: Codex goes on without this client after `close`, and its files stay in use. */
  readonly holdsTurn: boolean;
  close(): Promise<void>;
}
