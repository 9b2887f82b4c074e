import type { OrchError } from '@codex-orch/core';
import {
  CloudEnvironmentAmbiguousError,
  CloudEnvironmentUnknownError,
  CloudLoginError,
  CloudRateLimitedError,
  CloudTaskGoneError,
  CloudUnavailableError,
} from './errors.js';
import { retryAfterOf } from './retry-after.js';

/** The line with which Codex says what went wrong; warnings come before it. */
export const complaintOf = (stderr: string): string =>
  /^(?:Error|error): (.*)/ms.exec(stderr)?.[1]?.trim() ?? stderr.trim().split('\n').at(-1)?.trim() ?? '';

/** At most this much of what Codex Cloud answers is repeated in a message. */
const maxSaid = 300;

/**
 * What an error text of `codex cloud` means; undefined for one that is not known. `taskId` is the task that was asked for.
 *
 * The texts are those of codex-rs/cloud-tasks, cloud-tasks-client and backend-client, as printed by Codex 0.151.0.
 */
export function explainFailure(stderr: string, taskId?: string): OrchError | undefined {
  const said = complaintOf(stderr);
  if (/^Not signed in\b/m.test(stderr)) return new CloudLoginError('Codex is not signed in with ChatGPT');
  const [, unknown] = /^environment '(.*)' not found/s.exec(said) ?? [];
  if (unknown !== undefined) return new CloudEnvironmentUnknownError(unknown);
  const [, ambiguous] = /^environment label '(.*)' is ambiguous/s.exec(said) ?? [];
  if (ambiguous !== undefined) return new CloudEnvironmentAmbiguousError(`"${ambiguous}"`);
  if (said.startsWith('no cloud environments are available'))
    return new CloudEnvironmentUnknownError('this account: it has none at all');

  const isCreation = said.includes('create_task failed');
  const answer = / failed: (\d{3})\b/.exec(said);
  if (answer) return explainStatus(Number(answer[1]), bodyIn(said, answer.index), { isCreation, taskId });
  if (/error sending request|connection (?:closed|refused|reset)|operation timed out/i.test(said))
    return new CloudUnavailableError('no connection could be made, or it was lost', { isUnclear: isCreation });
  return undefined;
}

function explainStatus(
  status: number,
  body: string,
  { isCreation, taskId }: { readonly isCreation: boolean; readonly taskId: string | undefined },
): OrchError | undefined {
  // A page comes from what stands before Codex Cloud, which knows nothing of logins and tasks.
  const isPage = /^\s*<(?:!doctype|html)/i.test(body);
  if (isPage && status !== 429)
    return new CloudUnavailableError(`something answered in its place, with HTTP ${status}`, { isUnclear: isCreation });
  if (status === 401 || status === 403)
    return new CloudLoginError(`it answered with HTTP ${status}${body.trim() === '' ? '' : ` (${brief(body)})`}`);
  if (status === 429) return new CloudRateLimitedError(retryAfterOf(body));
  if (status === 404 && taskId !== undefined) return new CloudTaskGoneError(taskId);
  if (status === 408 || status >= 500)
    return new CloudUnavailableError(`it answered with HTTP ${status}`, { isUnclear: isCreation });
  return undefined;
}

/** The body of an answer, which may be long and anything: it is looked for in one pass. */
function bodyIn(said: string, from: number): string {
  const mark = '; content-type=';
  const at = said.indexOf(mark, from);
  const body = at < 0 ? -1 : said.indexOf('body=', at + mark.length);
  return body < 0 ? '' : said.slice(body + 'body='.length);
}

const brief = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').slice(0, maxSaid);
