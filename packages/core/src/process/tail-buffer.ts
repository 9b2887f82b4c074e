/** Keeps the last bytes of a stream in bounded memory. */
export class TailBuffer {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #held = 0;
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get truncated(): boolean {
    return this.#total > this.#limit;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    this.#total += chunk.length;
    let first = this.#chunks[0];
    while (first && this.#held - first.length >= this.#limit) {
      this.#chunks.shift();
      this.#held -= first.length;
      first = this.#chunks[0];
    }
  }

  bytes(): Buffer {
    const all = Buffer.concat(this.#chunks);
    return all.length > this.#limit ? all.subarray(all.length - this.#limit) : all;
  }
}
