/** Cuts a byte stream into lines; a character or a line may arrive in any number of pieces. */
export class LineSplitter {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #held = 0;

  /** `limit` is the longest line in bytes; a longer one makes {@link push} throw. */
  constructor(limit = 256 * 1024 * 1024) {
    this.#limit = limit;
  }

  /** Returns the lines that this chunk completes, without empty ones. Throws a `RangeError` when a line is too long. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let to = chunk.indexOf(10); to !== -1; to = chunk.indexOf(10, from)) {
      lines.push(Buffer.concat([...this.#pieces, chunk.subarray(from, to)]).toString('utf8'));
      this.#pieces = [];
      this.#held = 0;
      from = to + 1;
    }
    if (from < chunk.length) {
      const rest = chunk.subarray(from);
      this.#pieces.push(rest);
      this.#held += rest.length;
      if (this.#held > this.#limit) throw new RangeError(`A line is longer than ${this.#limit} bytes.`);
    }
    return lines.filter((line) => line.trim() !== '');
  }
}
