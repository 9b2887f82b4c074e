/** What the file system says of a file. Whoever changes a file changes the time at which it was changed, and cannot set that. */
export interface Stamp {
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly size: number;
  readonly ino: number;
  readonly dev: number;
}

/** What looking at a file led to: it has none of the texts of the prefilter, the assets leave it as it is, or why it is passed over. */
export const verdictNames = ['filtered', 'unchanged', 'binary', 'generated'] as const;
export type Verdict = (typeof verdictNames)[number];

/** The time of a file system, by its own clock. */
export interface FileTime {
  readonly at: number;
  readonly dev: number;
}

const HEAD = 8;
const COLUMNS = ['mtimeMs', 'ctimeMs', 'size', 'ino'] as const;
const ROW = COLUMNS.length * 8 + 1;

interface Added {
  readonly stamp: Stamp;
  readonly verdict: Verdict;
}

/**
 * Remembers by their stamps which files need not be read again.
 *
 * A clock stands still for some milliseconds, in which a file can be changed without getting another stamp. So only files are remembered whose
 * time is before the one at which the first file was looked at: whatever changes them after that gives them a later one.
 */
export class Verdicts {
  readonly #names: readonly string[];
  readonly #numbers: Float64Array;
  readonly #kinds: Uint8Array;
  readonly #isSeen: Uint8Array;
  readonly #added = new Map<string, Added>();
  readonly #startedAt: FileTime | undefined;
  #rows: Map<string, number> | undefined;
  #next = 0;
  #seen = 0;

  /** `bytes` as {@link toBytes} gave them; anything else counts for nothing. Without `startedAt`, nothing is added. */
  constructor(bytes: Buffer | undefined, startedAt: FileTime | undefined) {
    const { names, numbers, kinds } = parse(bytes);
    this.#names = names;
    this.#numbers = numbers;
    this.#kinds = kinds;
    this.#isSeen = new Uint8Array(names.length);
    this.#startedAt = startedAt;
  }

  get isEmpty(): boolean {
    return this.#names.length === 0;
  }

  /** What is known of a file; undefined where it must be read. */
  of(name: string, stamp: Stamp): Verdict | undefined {
    const row = this.#rowOf(name);
    if (row === undefined) return undefined;
    for (const [index, column] of COLUMNS.entries())
      if (this.#numbers[row * COLUMNS.length + index] !== stamp[column]) return undefined;
    if (this.#isSeen[row] === 0) {
      this.#isSeen[row] = 1;
      this.#seen += 1;
    }
    return verdictNames[this.#kinds[row] ?? -1];
  }

  /** `stamp` is from before the file was read. */
  add(name: string, stamp: Stamp, verdict: Verdict): void {
    const { at, dev } = this.#startedAt ?? { at: 0, dev: -1 };
    if (stamp.dev === dev && stamp.mtimeMs < at && stamp.ctimeMs < at) this.#added.set(name, { stamp, verdict });
  }

  /** What is to be kept; undefined where that is what was there. With `isWhole`, files that were not asked for are forgotten. */
  toBytes({ isWhole }: { readonly isWhole: boolean }): Buffer | undefined {
    if (this.#added.size === 0 && (!isWhole || this.#seen === this.#names.length)) return undefined;
    const kept = [...this.#names.keys()].filter(
      (row) => (!isWhole || this.#isSeen[row] === 1) && !this.#added.has(this.#names[row] ?? ''),
    );
    const names = Buffer.from([...kept.map((row) => this.#names[row]), ...this.#added.keys()].join('\0'));
    const count = kept.length + this.#added.size;
    const numbers = new Float64Array(count * COLUMNS.length);
    const kinds = new Uint8Array(count);
    let at = 0;
    for (const row of kept) {
      const start = row * COLUMNS.length;
      numbers.set(this.#numbers.subarray(start, start + COLUMNS.length), at * COLUMNS.length);
      kinds[at] = this.#kinds[row] ?? 0;
      at += 1;
    }
    for (const { stamp, verdict } of this.#added.values()) {
      numbers.set(
        COLUMNS.map((column) => stamp[column]),
        at * COLUMNS.length,
      );
      kinds[at] = verdictNames.indexOf(verdict);
      at += 1;
    }
    const head = Buffer.alloc(HEAD);
    head.writeUInt32LE(count, 0);
    head.writeUInt32LE(names.length, 4);
    return Buffer.concat([head, Buffer.from(numbers.buffer), kinds, names]);
  }

  #rowOf(name: string): number | undefined {
    // Files are asked for in the order in which they were kept.
    if (this.#names[this.#next] === name) {
      this.#next += 1;
      return this.#next - 1;
    }
    this.#rows ??= new Map(this.#names.map((each, row) => [each, row]));
    const row = this.#rows.get(name);
    if (row !== undefined) this.#next = row + 1;
    return row;
  }
}

function parse(bytes: Buffer = Buffer.alloc(0)): {
  readonly names: readonly string[];
  readonly numbers: Float64Array;
  readonly kinds: Uint8Array;
} {
  const none = { names: [], numbers: new Float64Array(0), kinds: new Uint8Array(0) };
  if (bytes.length < HEAD) return none;
  const count = bytes.readUInt32LE(0);
  const namesStart = HEAD + count * ROW;
  if (count === 0 || bytes.length !== namesStart + bytes.readUInt32LE(4)) return none;
  const names = bytes.toString('utf8', namesStart).split('\0');
  if (names.length !== count) return none;
  const kindsStart = namesStart - count;
  // Numbers have to begin at a multiple of their size.
  const numbers = new Float64Array(Uint8Array.from(bytes.subarray(HEAD, kindsStart)).buffer);
  return { names, numbers, kinds: bytes.subarray(kindsStart, namesStart) };
}
