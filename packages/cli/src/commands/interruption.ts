import type { CliContext } from '../context.js';

/** What asks a command to stop. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs something that a first Ctrl-C asks to stop tidily; a second one ends the program. */
export async function interruptible<T>({ process }: CliContext, body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const forget = (): void => {
    for (const name of stopSignals) process.off(name, interrupt);
  };
  const interrupt = (): void => {
    forget();
    stop.abort();
  };
  for (const name of stopSignals) process.on(name, interrupt);
  try {
    return await body(stop.signal);
  } finally {
    forget();
  }
}
