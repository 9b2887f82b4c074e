import { expect, it } from 'vitest';
import { outageOf } from './outage.js';

it.each([
  ['model-unreachable', 'Cannot reach big: connect ECONNREFUSED'],
  ['model-rate-limited', 'big refused the call: HTTP 429, slow down'],
  ['model-error', 'big failed: HTTP 503, no reason given'],
  ['model-error', 'unexpected status 502 Bad Gateway: <html>'],
  ['model-error', 'We are currently experiencing high demand.'],
])('%s (%s) is an outage of the provider', (code, message) => {
  expect(outageOf({ code, message })).toBe(`${message} [${code}]`);
});

it.each([
  ['model-error', 'big failed: HTTP 400, no such model'],
  ['model-unauthorized', 'big does not accept the credentials: HTTP 401'],
  ['model-bad-output', "The planner's answer is not what was asked for, twice: HTTP 500"],
  ['budget-exhausted', 'The goal used up its turns.'],
  ['review-rejected', 'status 500 is never returned'],
])('%s (%s) is none', (code, message) => {
  expect(outageOf({ code, message })).toBeUndefined();
});

it('a goal that did not end so has none', () => {
  expect(outageOf(undefined)).toBeUndefined();
});
