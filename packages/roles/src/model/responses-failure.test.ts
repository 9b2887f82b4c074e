import { expect, test } from 'vitest';
import { httpFailure, retryAfter } from './responses-failure.js';

const now = Date.parse('2026-01-01T00:00:00Z');

test.each([
  [{ 'retry-after': '7' }, 7000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Thu, 01 Jan 2015 00:00:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  [{}, undefined],
])('the wait asked for by %j is %s ms', (headers, expected) => {
  expect(retryAfter(new Headers(headers as Record<string, string>), now)).toBe(expected);
});

test.each([
  [429, undefined, true],
  [429, 'insufficient_quota', false],
  [500, undefined, true],
  [503, undefined, true],
  [408, undefined, true],
  [400, undefined, false],
  [401, undefined, false],
])('HTTP %i with code %s may be tried again: %s', (status, code, retryable) => {
  expect(httpFailure('m', status, new Headers(), { code })).toMatchObject({ retryable });
});

test('a long body is cut in the message', () => {
  expect(httpFailure('m', 502, new Headers(), { message: 'x'.repeat(100_000) }).message.length).toBeLessThan(700);
});
