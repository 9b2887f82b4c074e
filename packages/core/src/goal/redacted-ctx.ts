import type { Ctx, StepCtx } from '../engine/engine.js';
import type { Redactor } from '../secret/redactor.js';

/**
 * A context whose steps and scopes return, and have recorded, results without secrets. An error is redacted before the engine
 * writes down what it says.
 */
export function redactedCtx(ctx: Ctx, redactor: Redactor | undefined): Ctx {
  if (!redactor) return ctx;
  const redacted = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return redactor.json(await work);
    } catch (error) {
      redactor.error(error);
      throw error;
    }
  };
  const stepOf =
    (inner: StepCtx): Ctx['step'] =>
    (name, fn, options) =>
      inner.step(name, (step) => redacted(fn(step)), options);
  return {
    runId: ctx.runId,
    isReplay: ctx.isReplay,
    signal: ctx.signal,
    step: stepOf(ctx),
    scope: (name, fn) =>
      ctx.scope(name, (inner) => redacted(fn({ runId: inner.runId, signal: inner.signal, step: stepOf(inner) }))),
    child: (workflow, input, options) => ctx.child(workflow, input, options),
    waitFor: (signal, options) => ctx.waitFor(signal, options),
    sleep: (ms) => ctx.sleep(ms),
    now: () => ctx.now(),
    uuid: () => ctx.uuid(),
    patched: (id) => ctx.patched(id),
  };
}
