import { OrchError } from '@codex-orch/core';
import { guardExitCodes } from '@codex-orch/spec-guard';
import type { CliContext, ProcessContext } from '../context.js';
import { type CommonFlags, command } from './command.js';
import { stopSignals } from './interruption.js';

/** Somebody stopped the check before it had an answer. */
class GuardInterruptedError extends OrchError {
  readonly code = 'interrupted';

  constructor() {
    super('The check was stopped before it had an answer.', { hint: 'Start it again: `codex-orch guard`.' });
  }
}

interface OwnFlags extends Pick<CommonFlags, 'json'>, Pick<Partial<CommonFlags>, 'repo'> {
  readonly format?: string | undefined;
}

type GuardBody<F, A extends readonly (string | undefined)[]> = (
  context: CliContext,
  flags: F,
  signal: AbortSignal,
  ...args: A
) => Promise<number>;

/**
 * Makes a command of the guard. It fails closed: whatever goes wrong, its exit code is that of a tool error, and never one that
 * says that specs were looked at.
 */
export function guardCommand<F extends OwnFlags, A extends readonly (string | undefined)[]>(body: GuardBody<F, A>) {
  return async function (this: ProcessContext, flags: F, ...args: A): Promise<void> {
    const stop = new AbortController();
    const interrupt = (): void => stop.abort(new GuardInterruptedError());
    const { process } = this;
    for (const name of stopSignals) process.on(name, interrupt);
    const outcome = { isKnown: false };
    const run = command(async (context, own: F, ...rest: A) => {
      const code = await body(context, own, stop.signal, ...rest);
      outcome.isKnown = true;
      return code;
    });
    try {
      await run.call(this, { ...flags, json: flags.json || flags.format === 'json' }, ...args);
    } finally {
      for (const name of stopSignals) process.off(name, interrupt);
      if (!outcome.isKnown) process.exitCode = guardExitCodes.toolError;
    }
  };
}
