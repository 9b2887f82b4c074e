import type { Span, SpanData, TracingProcessor } from '@openai/agents-core';
import { expect, onTestFinished, test } from 'vitest';
import { createTeam } from '../src/index.js';
import { plan, request, responsesAt, scripted, teamOptions } from './world.js';

test('the caller’s trace processors see the agents and the handoff, and without processors nothing is traced', async () => {
  const { setTraceProcessors, setTracingDisabled } = await import('@openai/agents-core');
  // The SDK turns tracing off under test runners.
  setTracingDisabled(false);
  onTestFinished(() => {
    setTracingDisabled(true);
    setTraceProcessors([]);
  });
  const seen: string[] = [];
  const processor: TracingProcessor = {
    onTraceStart: () => Promise.resolve(),
    onTraceEnd: () => Promise.resolve(),
    onSpanStart: () => Promise.resolve(),
    onSpanEnd: ({ spanData }: Span<SpanData>) => {
      seen.push(
        spanData.type === 'handoff'
          ? `handoff to ${spanData.to_agent ?? ''}`
          : spanData.type === 'agent'
            ? spanData.name
            : spanData.type,
      );
      return Promise.resolve();
    },
    shutdown: () => Promise.resolve(),
    forceFlush: () => Promise.resolve(),
  };
  const model = await scripted({ scene: 'plan', steps: [{ json: plan }] });
  const options = teamOptions(responsesAt(model.baseUrl));

  await createTeam({ ...options, traceProcessors: [processor] }).handOff(request(['planner']));
  const traced = seen.splice(0);
  await createTeam(options).handOff(request(['planner']));

  expect(traced).toEqual(expect.arrayContaining(['manager', 'handoff to planner', 'planner']));
  expect(seen).toEqual([]);
});
