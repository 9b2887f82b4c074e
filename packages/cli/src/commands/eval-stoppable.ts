import type { CliContext } from '../context.js';
import { interruptible } from './interruption.js';

/** What the body gives; undefined, and a word about it, where the user stopped it. */
export async function stoppable<T>(
  context: CliContext,
  body: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  return interruptible(context, async (signal) => {
    try {
      return await body(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      context.process.stderr.write('Interrupted. Nothing was changed.\n');
      return undefined;
    }
  });
}
