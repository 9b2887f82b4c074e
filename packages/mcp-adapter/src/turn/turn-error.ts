import type { TurnError } from '@codex-orch/core';

/** What each of Codex's error names means here; a name with an HTTP status is read by {@link codeForStatus} instead. */
const codes: Readonly<Record<string, string>> = {
  contextWindowExceeded: 'context-window',
  sessionBudgetExceeded: 'usage-limit',
  usageLimitExceeded: 'usage-limit',
  rateLimitExceeded: 'model-rate-limited',
  serverOverloaded: 'model-error',
  flexUnavailable: 'model-error',
  policyCapacityUnavailable: 'model-error',
  internalServerError: 'model-error',
  modelNotFound: 'model-not-found',
  inferenceHookDenied: 'model-refused',
  cyberPolicy: 'model-refused',
  misalignmentPolicyViolation: 'model-refused',
  unauthorized: 'model-unauthorized',
  badRequest: 'model-bad-request',
  sandboxError: 'sandbox',
  httpConnectionFailed: 'model-unreachable',
  responseStreamConnectionFailed: 'model-unreachable',
  responseStreamDisconnected: 'model-disconnected',
};

function codeForStatus(status: number): string | undefined {
  if (status === 401 || status === 403) return 'model-unauthorized';
  if (status === 429) return 'model-rate-limited';
  if (status >= 500) return 'model-error';
  if (status >= 400) return 'model-bad-request';
  return undefined;
}

// mcp-server spells the names in snake case, app-server in camel case.
const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

interface ErrorName {
  readonly name: string;
  readonly status: number | undefined;
}

function readErrorInfo(info: unknown): ErrorName | undefined {
  if (typeof info === 'string') return { name: camelCase(info), status: undefined };
  if (typeof info !== 'object' || info === null) return undefined;
  const [entry] = Object.entries(info as Record<string, unknown>);
  if (!entry) return undefined;
  const [name, detail] = entry;
  const status = Object.entries((detail ?? {}) as Record<string, unknown>).find(
    ([key]) => camelCase(key) === 'httpStatusCode',
  )?.[1];
  return { name: camelCase(name), status: typeof status === 'number' ? status : undefined };
}

function codeForMessage(message: string): string | undefined {
  const status = /\b(?:last status:?|unexpected status|status(?: code)?:?)\s*(\d{3})\b/i.exec(message)?.[1];
  const byStatus = status === undefined ? undefined : codeForStatus(Number(status));
  if (byStatus !== undefined) return byStatus;
  if (/usage limit|quota exceeded|insufficient_quota/i.test(message)) return 'usage-limit';
  if (/missing environment variable/i.test(message)) return 'model-unauthorized';
  if (/context window/i.test(message)) return 'context-window';
  if (/rate limit|too many requests/i.test(message)) return 'model-rate-limited';
  if (/stream (?:disconnected|closed)|response\.failed|idle timeout waiting for/i.test(message))
    return 'model-disconnected';
  if (/connection (?:failed|refused)|error sending request|dns error|timed? ?out/i.test(message))
    return 'model-unreachable';
  if (/high demand|overloaded|internal server error/i.test(message)) return 'model-error';
  if (/sandbox/i.test(message)) return 'sandbox';
  return undefined;
}

// Of an answer 400, Codex shows the body alone.
function bodyMessage(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Gives a failure of Codex a stable code.
 *
 * `info` is `codexErrorInfo` of app-server or `codex_error_info` of mcp-server; exec has only the message.
 * Codes: `model-unauthorized`, `model-rate-limited`, `model-bad-request`, `model-not-found`, `model-refused`, `model-unreachable`,
 * `model-disconnected`, `model-error`, `usage-limit`, `context-window`, `sandbox`, and `codex-error` for all else.
 */
export function turnError(text: string, info?: unknown): TurnError {
  const refused = bodyMessage(text);
  const message = refused ?? text;
  const named = readErrorInfo(info);
  const code =
    (named?.status === undefined ? undefined : codeForStatus(named.status)) ??
    (named && codes[named.name]) ??
    codeForMessage(message) ??
    (refused === undefined ? 'codex-error' : 'model-bad-request');
  return { code, message: message.trim() === '' ? 'Codex gave no reason.' : message };
}
