import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SseReader } from './sse-reader.js';

test('events come out the same however the stream is cut into chunks', () => {
  const events = fc.array(fc.record({ type: fc.string({ minLength: 1 }), text: fc.string({ unit: 'grapheme' }) }));
  fc.assert(
    fc.property(
      events,
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
      (sent, end, sizes) => {
        const bytes = Buffer.from(
          sent.map((event) => `event: x${end}data: ${JSON.stringify(event)}${end}${end}`).join(''),
        );
        const reader = new SseReader();
        const seen: unknown[] = [];
        for (let at = 0, n = 0; at < bytes.length; n += 1) {
          const size = sizes[n % sizes.length] ?? 1;
          seen.push(...reader.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(seen).toEqual(sent);
      },
    ),
  );
});

test('comments, pings and data that is not JSON are passed over', () => {
  expect(new SseReader().push(Buffer.from(': ping\n\ndata: [DONE]\n\ndata: {"a":\ndata: 1}\n\n'))).toEqual([{ a: 1 }]);
});
