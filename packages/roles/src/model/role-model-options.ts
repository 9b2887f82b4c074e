import type { RetryPolicy } from './ask-with-retries.js';
import { CodexSource, type CodexSourceOptions } from './codex-source.js';
import type { ModelSource } from './model-source.js';
import { ResponsesSource, type ResponsesSourceOptions } from './responses-source.js';

/**
 * The model of the manager, the planner and the reviewer: an OpenAI Responses
 * API, or a Codex that is logged in. Limits and delays are in milliseconds.
 */
export type RoleModelOptions = (
  ({ readonly kind: 'responses' } & ResponsesSourceOptions) | ({ readonly kind: 'codex' } & CodexSourceOptions)
) & {
  readonly retry?: RetryPolicy | undefined;
};

export function modelSource(options: RoleModelOptions): ModelSource {
  return options.kind === 'responses' ? new ResponsesSource(options) : new CodexSource(options);
}
