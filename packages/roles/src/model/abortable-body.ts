/**
 * The chunks of a body, until its signal fires: then it is cancelled, and the signal's reason thrown.
 *
 * `fetch` promises as much, but keeps only a weak hold of its response: once that was collected as garbage, an abort does not reach a
 * body that is silent, and whoever reads it waits for ever (undici 6, `abortFetch`).
 */
export async function* abortableBody(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  const cancel = (): void => {
    // Ends the read that is under way; what else goes wrong with a body that nobody wants is nobody's matter.
    reader.cancel(signal.reason).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}
