import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TailBuffer } from './tail-buffer.js';

it('holds exactly the last bytes, however they come', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.integer({ min: 0, max: 50 }), (chunks, limit) => {
      const tail = new TailBuffer(limit);
      for (const chunk of chunks) tail.push(Buffer.from(chunk));
      const all = Buffer.concat(chunks);
      expect(tail.bytes()).toEqual(all.subarray(Math.max(0, all.length - limit)));
      expect(tail.truncated).toBe(all.length > limit);
    }),
  );
});
