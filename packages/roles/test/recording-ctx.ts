import type { Ctx, Json, StepContext } from '@codex-orch/core';

/** An engine's steps in memory: records results as JSON and hands them back, in order, to the run after a crash. */
export class Recording {
  readonly steps: { readonly name: string; readonly result: string | undefined }[] = [];
  /** Names of the steps that really ran, in all runs. */
  readonly executed: string[] = [];

  /** The context of one run from its start. */
  run(signal: AbortSignal = new AbortController().signal, attempt = 1): Pick<Ctx, 'step' | 'signal' | 'runId'> {
    let position = 0;
    return {
      runId: 'run-1',
      signal,
      step: async <T extends Json | undefined>(name: string, fn: (step: StepContext) => Promise<T>): Promise<T> => {
        const sequence = position;
        position += 1;
        const recorded = this.steps[sequence];
        if (recorded) {
          if (recorded.name !== name) throw new Error(`step ${sequence} was ${recorded.name}, now ${name}`);
          return (recorded.result === undefined ? undefined : JSON.parse(recorded.result)) as T;
        }
        this.executed.push(name);
        const value = await fn({
          key: `run-1:${sequence}:${name}`,
          attempt,
          signal,
          observe: () => Promise.reject(new Error('nobody sends signals here')),
        });
        const result = JSON.stringify(value) as string | undefined;
        this.steps.push({ name, result });
        return (result === undefined ? undefined : JSON.parse(result)) as T;
      },
    };
  }
}
