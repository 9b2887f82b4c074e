const gone = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** What became of the output. */
export interface Outlived {
  /** Whether output was lost for another reason than that nobody reads it. */
  readonly failed: boolean;
}

/**
 * Lets the work go on when nobody reads its output any more, as after `| head` or when the terminal is closed.
 *
 * What a run does is in its run directory, so losing what is said about it is no reason to stop.
 */
export function outliveReaders(...streams: readonly NodeJS.WritableStream[]): Outlived {
  const outlived = { failed: false };
  for (const stream of streams) {
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (!gone.has(code ?? '')) outlived.failed = true;
    });
  }
  return outlived;
}
