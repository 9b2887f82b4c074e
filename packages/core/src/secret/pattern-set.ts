/** A text to look for, and whose it is. */
export interface Pattern {
  readonly text: string;
  readonly name: string;
}

const root = 0;

const noNode = 0;

/**
 * Many patterns as one automaton (Aho and Corasick, 1975): each character of a text is looked at once, however many patterns
 * there are and whatever the text is.
 *
 * A node is a number, and what is known of it stands in flat arrays: some 30 bytes for each character of all patterns. A long key in
 * all its spellings has hundreds of thousands of nodes, which as objects would take ten times that.
 */
export class PatternSet {
  #count = 1;
  readonly #parent: Int32Array;
  /** The character that leads to a node. */
  readonly #code: Uint16Array;
  readonly #depth: Int32Array;
  /** Nearly all nodes have one child; the others are in `#branches`, under the node times 65536 plus the character. */
  readonly #firstChild: Int32Array;
  readonly #isBranching: Uint8Array;
  readonly #branches = new Map<number, number>();
  /** Most characters begin no pattern; they are answered without a search. */
  readonly #start = new Int32Array(65536);
  /** The longest proper suffix of a node that is a node too. */
  readonly #fail: Int32Array;
  /** Length and owner of the longest pattern that ends at a node; 0 when none does. */
  readonly #length: Int32Array;
  readonly #owner: Int32Array;
  readonly #names: string[] = [];

  constructor(patterns: readonly Pattern[]) {
    const most = patterns.reduce((sum, { text }) => sum + text.length, 1);
    this.#parent = new Int32Array(most);
    this.#code = new Uint16Array(most);
    this.#depth = new Int32Array(most);
    this.#firstChild = new Int32Array(most);
    this.#isBranching = new Uint8Array(most);
    this.#fail = new Int32Array(most);
    this.#length = new Int32Array(most);
    this.#owner = new Int32Array(most);
    for (const pattern of patterns) this.#insert(pattern);
    this.#link();
  }

  #insert({ text, name }: Pattern): void {
    let at = root;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      at = this.#child(at, code) || this.#addChild(at, code);
    }
    if (this.#length[at] !== 0) return;
    if (this.#names.at(-1) !== name) this.#names.push(name);
    this.#length[at] = text.length;
    this.#owner[at] = this.#names.length - 1;
  }

  #child(at: number, code: number): number {
    if (at === root) return this.#start[code] as number;
    const first = this.#firstChild[at] as number;
    if (first === noNode || this.#code[first] === code) return first;
    return this.#isBranching[at] === 0 ? noNode : (this.#branches.get(at * 65536 + code) ?? noNode);
  }

  #addChild(at: number, code: number): number {
    const child = this.#count;
    this.#count += 1;
    this.#parent[child] = at;
    this.#code[child] = code;
    this.#depth[child] = (this.#depth[at] as number) + 1;
    if (at === root) this.#start[code] = child;
    else if (this.#firstChild[at] === noNode) this.#firstChild[at] = child;
    else {
      this.#isBranching[at] = 1;
      this.#branches.set(at * 65536 + code, child);
    }
    return child;
  }

  #link(): void {
    // A node's suffix is less deep than the node, and is linked before it.
    for (const at of this.#byDepth()) {
      if ((this.#depth[at] as number) < 2) continue;
      const suffix = this.next(this.#fail[this.#parent[at] as number] as number, this.#code[at] as number);
      this.#fail[at] = suffix;
      if (this.#length[at] !== 0) continue;
      this.#length[at] = this.#length[suffix] as number;
      this.#owner[at] = this.#owner[suffix] as number;
    }
  }

  #byDepth(): Int32Array {
    const ends: number[] = [];
    for (let at = 0; at < this.#count; at += 1) {
      const depth = this.#depth[at] as number;
      ends[depth] = (ends[depth] ?? 0) + 1;
    }
    let sum = 0;
    const begins = ends.map((count) => (sum += count) - count);
    const order = new Int32Array(this.#count);
    for (let at = 0; at < this.#count; at += 1) {
      const depth = this.#depth[at] as number;
      const place = begins[depth] as number;
      order[place] = at;
      begins[depth] = place + 1;
    }
    return order;
  }

  /** The state after one more UTF-16 code unit. State 0 is the beginning. */
  next(state: number, code: number): number {
    let at = state;
    while (at !== root) {
      const child = this.#child(at, code);
      if (child !== noNode) return child;
      at = this.#fail[at] as number;
    }
    return this.#start[code] as number;
  }

  /** How many of the last characters may be the beginning of a pattern. */
  depth(state: number): number {
    return this.#depth[state] as number;
  }

  /** Length of the longest pattern that ends in this state; 0 when none does. */
  lengthAt(state: number): number {
    return this.#length[state] as number;
  }

  nameAt(state: number): string {
    return this.#names[this.#owner[state] as number] ?? '';
  }
}
