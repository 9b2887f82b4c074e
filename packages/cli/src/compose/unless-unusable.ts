import { OrchError } from '@codex-orch/core';

/** What is read, or undefined where that is damaged, gone, or cannot be looked at: it bears witness to nothing. */
export async function unlessUnusable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof OrchError) && (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return undefined;
  }
}
