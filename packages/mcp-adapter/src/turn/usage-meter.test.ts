import { expect, it } from 'vitest';
import { UsageMeter } from './usage-meter.js';

const tokens = (n: number) => ({ inputTokens: n, cachedInputTokens: 0, outputTokens: n, totalTokens: 2 * n });

it('tells one turn from another by the totals of the thread', () => {
  const meter = new UsageMeter();
  meter.startTurn();
  meter.observe(tokens(10), tokens(10));
  expect(meter.observe(tokens(30), tokens(20))).toEqual(tokens(30));
  meter.startTurn();
  expect(meter.turn).toEqual(tokens(0));
  expect(meter.observe(tokens(30), tokens(20))).toEqual(tokens(0));
  expect(meter.observe(tokens(35), tokens(5))).toEqual(tokens(5));
});

it('does not charge a resumed thread’s past to its first turn', () => {
  const meter = new UsageMeter();
  meter.startTurn();
  expect(meter.observe(tokens(1000), tokens(7))).toEqual(tokens(7));
});

it('takes the total of an earlier turn for the past, even when it comes late', () => {
  const meter = new UsageMeter();
  meter.startTurn();
  meter.observePast(tokens(1000));
  expect(meter.turn).toEqual(tokens(0));
  expect(meter.observe(tokens(1007), tokens(7))).toEqual(tokens(7));
  meter.observePast(tokens(1000));
  expect(meter.turn).toEqual(tokens(7));
});
