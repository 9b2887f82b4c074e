/**
 * What parent and lane say to each other: a frame is the length of a JSON text, the length of the bytes that belong to it, and the two.
 * JSON and not a structured clone, because the parent reads what code that it does not trust has written.
 *
 * @typedef {{ readonly message: unknown, readonly body: Buffer }} Frame
 */

const HEAD = 8;

/** A longer frame is no honest one. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * @param {unknown} message
 * @param {readonly Uint8Array[]} [bodies] they follow each other; the message has to tell where each ends
 * @returns {Buffer}
 */
export function encodeFrame(message, bodies = []) {
  const text = Buffer.from(JSON.stringify(message));
  const head = Buffer.allocUnsafe(HEAD);
  head.writeUInt32LE(text.length, 0);
  head.writeUInt32LE(
    bodies.reduce((sum, body) => sum + body.length, 0),
    4,
  );
  return Buffer.concat([head, text, ...bodies]);
}

/** Puts frames together again from the chunks of a stream. */
export class FrameReader {
  /** @type {Buffer[]} */
  #chunks = [];
  #bytes = 0;

  /**
   * Throws a `RangeError` for a frame that is too long, and a `SyntaxError` for one that is no JSON.
   *
   * @param {Buffer} chunk
   * @returns {Frame[]} the frames that are complete with it
   */
  push(chunk) {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const frames = [];
    for (;;) {
      if (this.#bytes < HEAD) return frames;
      // One look at the head must not copy what has come of a long frame.
      const first = this.#chunks[0];
      const head = first !== undefined && first.length >= HEAD ? first : this.#join();
      const [textLength, bodyLength] = [head.readUInt32LE(0), head.readUInt32LE(4)];
      const length = HEAD + textLength + bodyLength;
      if (length > MAX_BYTES) throw new RangeError(`A frame of ${length} bytes is too long.`);
      if (this.#bytes < length) return frames;
      const all = this.#join();
      frames.push({
        message: /** @type {unknown} */ (JSON.parse(all.toString('utf8', HEAD, HEAD + textLength))),
        body: all.subarray(HEAD + textLength, length),
      });
      this.#chunks = [all.subarray(length)];
      this.#bytes -= length;
    }
  }

  #join() {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}
