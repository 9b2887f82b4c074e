import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serverSentData } from './server-sent-events.js';

const collect = async (chunks: readonly Uint8Array[]): Promise<string[]> => {
  const read: string[] = [];
  for await (const data of serverSentData(
    (async function* () {
      yield* await Promise.resolve(chunks);
    })(),
  ))
    read.push(data);
  return read;
};

const cutAt = (bytes: Uint8Array, places: readonly number[]): Uint8Array[] => {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
};

test('events arrive whole however the stream is cut', async () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(line, { minLength: 1, maxLength: 3 })),
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.nat()),
      async (events, end, places) => {
        const text = events
          .map((lines) => `event: x${end}${lines.map((part) => `data: ${part}${end}`).join('')}${end}`)
          .join('');
        const bytes = new TextEncoder().encode(text);
        expect(await collect(cutAt(bytes, places))).toEqual(events.map((lines) => lines.join('\n')));
      },
    ),
  );
});

test('a last event without its blank line is dropped, because it was cut off', async () => {
  expect(await collect([Buffer.from('data: one\n\ndata: tw')])).toEqual(['one']);
});

test('comments and fields other than data are passed over', async () => {
  expect(await collect([Buffer.from(': keep-alive\n\nid: 1\ndata:x\nretry: 5\n\n')])).toEqual(['x']);
});

test('an event without end is refused before it fills the memory', async () => {
  const endless = Array<Uint8Array>(20).fill(Buffer.alloc(1024 * 1024, 'a'));
  await expect(collect([Buffer.from('data: '), ...endless])).rejects.toThrow('longer than 16 MiB');
});
