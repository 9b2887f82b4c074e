import { failpoint, type HandoffRequest, type StepContext, type TestReport } from '@codex-orch/core';
import type { Model } from '@openai/agents-core';
import { noUsage } from '../model/token-usage.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { localModel } from '../sdk/local-model.js';

/** Runs the real test commands. Stops when `step.signal` is aborted, and then throws. */
export type RunTests = (step: StepContext) => Promise<TestReport>;

/** The tester's SDK model: commands decide whether tests passed, never a model. */
export function testerModel(sdk: Sdk, { ctx }: HandoffRequest, runTests: RunTests): Model {
  return localModel(sdk, async () => {
    const report = await ctx.step<{ [K in keyof TestReport]: TestReport[K] }>(
      'tester.run',
      async (step) => {
        const tests = await runTests(step);
        failpoint('tests.finished');
        return tests;
      },
      { startIsDurable: true },
    );
    return { kind: 'message', text: JSON.stringify(report), usage: noUsage };
  });
}
