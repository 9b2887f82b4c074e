const lineEnd = /\r\n|[\n\r\u2028\u2029]/g;

/** Turns offsets into lines and columns. */
export class Lines {
  readonly #source: string;
  #known: number[] | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  get #starts(): number[] {
    this.#known ??= [0, ...[...this.#source.matchAll(lineEnd)].map(({ index, 0: end }) => index + end.length)];
    return this.#known;
  }

  /** Line and column of an offset, both from 1. */
  at(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}
