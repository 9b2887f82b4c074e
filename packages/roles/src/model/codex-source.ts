import type { CodexDriver, TurnError } from '@codex-orch/core';
import { CallLimit, type CallLimits } from './call-limit.js';
import {
  type ModelCallError,
  ModelFailedError,
  ModelNoAnswerError,
  ModelRateLimitedError,
  ModelTimeoutError,
  ModelUnauthorizedError,
  ModelUnreachableError,
} from './errors.js';
import type { AnswerFormat, AskOptions, JsonSchema, ModelSource, Question } from './model-source.js';

export interface CodexSourceOptions extends CallLimits {
  readonly driver: Pick<CodexDriver, 'open' | 'capabilities' | 'version'>;
  /** The model's slug; Codex's own default when absent. */
  readonly model?: string | undefined;
}

const schemaOf = (format: AnswerFormat): JsonSchema =>
  format.kind === 'json'
    ? format.schema
    : {
        type: 'object',
        properties: {
          handoff: { type: 'string', enum: format.choices.map(({ name }) => name) },
          reason: { type: 'string' },
        },
        required: ['handoff', 'reason'],
        additionalProperties: false,
      };

function toPrompt({ instructions, prompt, correction, format }: Question): string {
  const choices =
    format.kind === 'handoff' ? format.choices.map(({ name, description }) => `- ${name}: ${description}`) : [];
  return [
    instructions,
    'Change nothing. You may read files of this work tree where that helps.',
    prompt,
    ...(choices.length > 0 ? [`# Possible handoffs\n${choices.join('\n')}`] : []),
    ...(correction ? [`# Your last answer could not be used\n${correction.answer}\n\n${correction.problem}`] : []),
    `# Answer\nYour last message is exactly one JSON value by this JSON Schema, with nothing around it:\n${JSON.stringify(schemaOf(format))}`,
  ].join('\n\n');
}

function toError(model: string, idleTimeoutMs: number, error: TurnError): ModelCallError {
  const { code, message: detail } = error;
  switch (code) {
    case 'model-rate-limited':
      return new ModelRateLimitedError({ model, detail });
    case 'usage-limit':
      return new ModelRateLimitedError({ model, detail, quotaSpent: true });
    case 'model-unauthorized':
      return new ModelUnauthorizedError({ model, detail });
    case 'codex-idle':
      return new ModelTimeoutError({ model, limit: 'silence', ms: idleTimeoutMs });
    case 'codex-crashed':
      return new ModelUnreachableError({ model, detail });
    // Codex has tried these several times itself.
    case 'model-unreachable':
    case 'model-disconnected':
      return new ModelUnreachableError({ model, detail, retryable: false });
    default:
      return new ModelFailedError({ model, detail, retryable: false });
  }
}

/** Asks through a read-only Codex thread of its own, for users who have a ChatGPT login and no API key. */
export class CodexSource implements ModelSource {
  readonly name: string;
  readonly #options: CodexSourceOptions;

  constructor(options: CodexSourceOptions) {
    this.#options = options;
    this.name = `Model "${options.model ?? 'default'}" through Codex ${options.driver.version}`;
  }

  async ask(question: Question, { signal, onUsage }: AskOptions): Promise<string> {
    // Silence is Codex's to notice: it knows of progress that sends no event.
    using limit = new CallLimit(this.name, signal, { timeoutMs: this.#options.timeoutMs });
    try {
      return await this.#turn(question, limit, onUsage);
    } catch (error) {
      signal.throwIfAborted();
      throw limit.expired ?? error;
    }
  }

  async #turn(question: Question, limit: CallLimit, onUsage: AskOptions['onUsage']): Promise<string> {
    const { driver, model, idleTimeoutMs = 240_000 } = this.#options;
    await using session = await driver.open({
      cwd: question.cwd,
      sandbox: 'read-only',
      approvalPolicy: 'never',
      model,
      signal: limit.signal,
    });
    const result = await session.run(toPrompt(question), {
      signal: limit.signal,
      idleTimeoutMs,
      outputSchema: driver.capabilities.outputSchema ? schemaOf(question.format) : undefined,
    });
    onUsage(result.usage);
    if (result.error) throw toError(this.name, idleTimeoutMs, result.error);
    if (result.status !== 'completed')
      throw new ModelUnreachableError({ model: this.name, detail: `the turn ended as "${result.status}".` });
    if (result.text.trim() === '')
      throw new ModelNoAnswerError({ model: this.name, detail: 'the last message is empty.' });
    return result.text;
  }
}
