import { expect, it } from 'vitest';
import { abortableBody } from './abortable-body.js';

it('lets go of a silent body when its signal fires', async () => {
  const aborter = new AbortController();
  const silent = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(new Uint8Array(1));
    },
  });
  const chunks = abortableBody(silent, aborter.signal);
  await chunks.next();
  const next = chunks.next();
  aborter.abort(new Error('too quiet'));
  await expect(next).rejects.toThrow('too quiet');
});

it('gives all chunks, and closes the body of a reader that stops early', async () => {
  const { signal } = new AbortController();
  const text = async (body: ReadableStream<Uint8Array>): Promise<string> => {
    const decoder = new TextDecoder();
    let read = '';
    for await (const chunk of abortableBody(body, signal)) read += decoder.decode(chunk, { stream: true });
    return read;
  };
  await expect(text(new Blob(['one', 'two']).stream())).resolves.toBe('onetwo');
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(new Uint8Array(1));
    },
    cancel: () => {
      cancelled = true;
    },
  });
  const chunks = abortableBody(endless, signal);
  await chunks.next();
  await chunks.return();
  expect(cancelled).toBe(true);
});

it('reads nothing when it was aborted before', async () => {
  const reading = abortableBody(new Blob(['x']).stream(), AbortSignal.abort(new Error('over')));
  await expect(reading.next()).rejects.toThrow('over');
});
