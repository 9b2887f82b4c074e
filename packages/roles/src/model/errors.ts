import { OrchError, type OrchErrorOptions } from '@codex-orch/core';

interface CallErrorOptions extends OrchErrorOptions {
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** A model call that gave no usable answer. */
export abstract class ModelCallError extends OrchError {
  /** Whether the same call may succeed a little later. */
  readonly retryable: boolean;
  /** How long the provider asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { retryable = false, retryAfterMs, ...options }: CallErrorOptions = {}) {
    super(message, options);
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The provider limits the rate of calls, or the account's quota is used up. */
export class ModelRateLimitedError extends ModelCallError {
  readonly code = 'model-rate-limited';

  constructor(data: { model: string; detail: string; quotaSpent?: boolean; retryAfterMs?: number | undefined }) {
    super(`${data.model} refused the call: ${data.detail}`, {
      retryable: !data.quotaSpent,
      retryAfterMs: data.retryAfterMs,
      hint: data.quotaSpent
        ? "Check the account's plan and billing; waiting does not help."
        : 'Wait, then start the goal again.',
    });
  }
}

/** The credentials are missing, wrong, or not allowed to use this model. */
export class ModelUnauthorizedError extends ModelCallError {
  readonly code = 'model-unauthorized';

  constructor(data: { model: string; detail: string }) {
    super(`${data.model} does not accept the credentials: ${data.detail}`, {
      hint: 'Check the API key or log in again, then start the goal again.',
    });
  }
}

/** No connection, or one that broke before the answer was whole. */
export class ModelUnreachableError extends ModelCallError {
  readonly code = 'model-unreachable';

  constructor(data: { model: string; detail: string; retryable?: boolean; cause?: unknown }) {
    super(`Cannot reach ${data.model}: ${data.detail}`, {
      retryable: data.retryable ?? true,
      cause: data.cause,
      hint: 'Check the network and the base URL, then start the goal again.',
    });
  }
}

/** The provider answered with an error, or with something that is no answer. */
export class ModelFailedError extends ModelCallError {
  readonly code = 'model-error';

  constructor(data: { model: string; detail: string; retryable: boolean; retryAfterMs?: number | undefined }) {
    super(`${data.model} failed: ${data.detail}`, {
      retryable: data.retryable,
      retryAfterMs: data.retryAfterMs,
      hint: data.retryable ? 'Start the goal again later.' : "Check the model's name and what the provider says.",
    });
  }
}

/** A call took too long. */
export class ModelTimeoutError extends ModelCallError {
  readonly code = 'model-timeout';

  constructor(data: { model: string; limit: 'silence' | 'total'; ms: number }) {
    super(
      data.limit === 'silence'
        ? `${data.model} said nothing for ${data.ms} ms.`
        : `${data.model} did not finish within ${data.ms} ms.`,
      // A stalled stream is worth another try; an answer that takes too long will take too long again.
      { retryable: data.limit === 'silence', hint: 'Start the goal again, or raise the time limit.' },
    );
  }
}

/** The call ended well, but there is no answer in it. */
export class ModelNoAnswerError extends ModelCallError {
  readonly code = 'model-no-answer';

  constructor(data: { model: string; detail: string }) {
    super(`${data.model} gave no answer: ${data.detail}`, { hint: 'Start the goal again, or reword the goal.' });
  }
}

/** The answer is against its schema, and so was its repair. */
export class ModelBadOutputError extends OrchError {
  readonly code = 'model-bad-output';
  readonly answer: string;

  constructor(data: { role: string; problem: string; answer: string }) {
    super(`The ${data.role}'s answer is not what was asked for, twice: ${data.problem}`, {
      hint: 'Start the goal again, or use a model that keeps to JSON Schemas.',
    });
    this.answer = data.answer;
  }
}
