import { ModelFailedError, ModelRateLimitedError, ModelUnauthorizedError, type ModelCallError } from './errors.js';
import type { ResponsesFailure } from './responses-wire.js';

const cut = (text: string): string => (text.length > 500 ? `${text.slice(0, 500)}…` : text);

const describe = (failure: ResponsesFailure, fallback: string): string => {
  const text = [failure.code, failure.message].filter(Boolean).join(': ');
  return cut(text || fallback);
};

/** Milliseconds that the provider asks to wait; see RFC 9110, 10.2.3. */
export function retryAfter(headers: Headers, now: number = Date.now()): number | undefined {
  const milliseconds = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (milliseconds >= 0) return milliseconds;
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Number.parseFloat(value) * 1000;
  const date = Date.parse(value);
  // Both by the provider's clock, where it tells its own: ours may be wrong.
  const since = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, date - (Number.isNaN(since) ? now : since));
}

const isQuota = (failure: ResponsesFailure): boolean =>
  failure.code === 'insufficient_quota' || failure.code === 'billing_hard_limit_reached';

/** The error for an HTTP answer that is not a success. */
export function httpFailure(
  model: string,
  status: number,
  headers: Headers,
  failure: ResponsesFailure,
): ModelCallError {
  const detail = `HTTP ${status}, ${describe(failure, 'no reason given')}`;
  if (status === 429 || isQuota(failure)) {
    return new ModelRateLimitedError({
      model,
      detail,
      quotaSpent: isQuota(failure),
      retryAfterMs: retryAfter(headers),
    });
  }
  if (status === 401 || status === 403) return new ModelUnauthorizedError({ model, detail });
  return new ModelFailedError({
    model,
    detail,
    retryable: status === 408 || status >= 500,
    retryAfterMs: retryAfter(headers),
  });
}

/** The error for a stream that reports a failure in its own words. */
export function streamFailure(model: string, failure: ResponsesFailure): ModelCallError {
  const detail = describe(failure, 'no reason given');
  if (failure.code === 'rate_limit_exceeded' || isQuota(failure))
    return new ModelRateLimitedError({ model, detail, quotaSpent: isQuota(failure) });
  if (failure.code === 'invalid_api_key') return new ModelUnauthorizedError({ model, detail });
  const permanent = ['invalid_prompt', 'context_length_exceeded', 'model_not_found', 'invalid_request_error'];
  return new ModelFailedError({ model, detail, retryable: !permanent.includes(failure.code ?? '') });
}
