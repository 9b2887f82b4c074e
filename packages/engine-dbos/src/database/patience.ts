import { setTimeout as delay } from 'node:timers/promises';

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // The socket's file is not there while the server is down.
  'ENOENT',
]);

/**
 * Class 08, and a server that shuts down, starts, only reads, has no disk, memory or connection to spare, or did not hear of a transaction
 * for too long.
 */
const serverIsAway = /^(08...|57P0[1235]|53[123]00|25006|25P03)$/;
const driverSays =
  /Connection terminated|connection timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout/i;

/** Whether an error says only that the database cannot be reached at this moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  if (!(error instanceof Error)) return false;
  const { code = '' } = error as NodeJS.ErrnoException;
  return networkCodes.has(code) || serverIsAway.test(code) || driverSays.test(error.message);
}

/** Whether a transaction failed only because of another one at the same time. */
const isContention = (error: unknown): boolean =>
  ['40001', '40P01'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');

const firstPauseMs = 50;
const longestPauseMs = 1000;

/** Tries until the database is there; rejects with the signal's reason when it aborts first. */
export async function patiently<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  onWaiting?: (error: unknown) => void,
): Promise<T> {
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 2)) {
    try {
      return await work();
    } catch (error) {
      if (isContention(error)) {
        await delay(Math.random() * firstPauseMs);
        continue;
      }
      if (!isDatabaseAway(error)) throw error;
      signal.throwIfAborted();
      onWaiting?.(error);
      await delay(pause, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  }
}
