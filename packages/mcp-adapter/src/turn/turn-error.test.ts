import { describe, expect, it } from 'vitest';
import { turnError } from './turn-error.js';

describe('the code of a failed turn', () => {
  it.each([
    [{ responseStreamConnectionFailed: { httpStatusCode: 401 } }, 'model-unauthorized'],
    [{ http_connection_failed: { http_status_code: 503 } }, 'model-error'],
    [{ responseTooManyFailedAttempts: { httpStatusCode: 429 } }, 'model-rate-limited'],
    [{ responseStreamDisconnected: { httpStatusCode: null } }, 'model-disconnected'],
    [{ httpConnectionFailed: { httpStatusCode: null } }, 'model-unreachable'],
    ['contextWindowExceeded', 'context-window'],
    ['usage_limit_exceeded', 'usage-limit'],
    ['sandboxError', 'sandbox'],
    ['somethingNew', 'codex-error'],
    [null, 'codex-error'],
    [{}, 'codex-error'],
  ])('is read from the error’s name: %j', (info, code) => {
    expect(turnError('text', info).code).toBe(code);
  });

  it.each([
    ['unexpected status 401 Unauthorized: no key', 'model-unauthorized'],
    ['exceeded retry limit, last status: 429 Too Many Requests', 'model-rate-limited'],
    ['unexpected status 502 Bad Gateway', 'model-error'],
    ['stream disconnected before completion: connection closed', 'model-disconnected'],
    ['error sending request for url (http://127.0.0.1:9/v1/responses)', 'model-unreachable'],
    ['Missing environment variable: `KEY`.', 'model-unauthorized'],
    ["You've hit your usage limit.", 'usage-limit'],
    ['unheard of', 'codex-error'],
  ])('is read from the message when there is no name: %s', (message, code) => {
    expect(turnError(message)).toEqual({ code, message });
  });

  it('takes the body of a bad request for its message', () => {
    expect(turnError('{"error":{"message":"no such tool"}}', 'other')).toEqual({
      code: 'model-bad-request',
      message: 'no such tool',
    });
  });

  it('says something even when Codex did not', () => {
    expect(turnError(' ').message).toBe('Codex gave no reason.');
  });
});
