/** A text to look for, and whose it is. */
export interface Pattern {
  readonly text: string;
  readonly name: string;
}

interface Node {
  readonly depth: number;
  readonly children: Map<number, number>;
  /** The longest proper suffix of this node that is a node too. */
  fail: number;
  /** Length and owner of the longest pattern that ends here; 0 when none does. */
  length: number;
  name: string;
}

const root = 0;

const node = (depth: number): Node => ({ depth, children: new Map(), fail: root, length: 0, name: '' });

/**
 * Many patterns as one automaton (Aho and Corasick, 1975): each character of a text is looked at once, however many patterns
 * there are and whatever the text is.
 */
export class PatternSet {
  readonly #nodes: Node[] = [node(0)];
  /** Most characters begin no pattern; they are answered without a search. */
  readonly #start = new Int32Array(65536);

  constructor(patterns: readonly Pattern[]) {
    for (const pattern of patterns) this.#insert(pattern);
    this.#link();
  }

  #at(index: number): Node {
    return this.#nodes[index] as Node;
  }

  #insert({ text, name }: Pattern): void {
    let at = root;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      const { children, depth } = this.#at(at);
      let next = children.get(code);
      if (next === undefined) {
        next = this.#nodes.push(node(depth + 1)) - 1;
        children.set(code, next);
      }
      at = next;
    }
    const end = this.#at(at);
    if (end.length === 0) Object.assign(end, { length: text.length, name });
  }

  #link(): void {
    const queue: number[] = [];
    for (const [code, child] of this.#at(root).children) {
      this.#start[code] = child;
      queue.push(child);
    }
    for (let head = 0; head < queue.length; head += 1) {
      const current = this.#at(queue[head] as number);
      for (const [code, index] of current.children) {
        const child = this.#at(index);
        child.fail = this.next(current.fail, code);
        const suffix = this.#at(child.fail);
        if (child.length === 0) Object.assign(child, { length: suffix.length, name: suffix.name });
        queue.push(index);
      }
    }
  }

  /** The state after one more UTF-16 code unit. State 0 is the beginning. */
  next(state: number, code: number): number {
    let at = state;
    while (at !== root) {
      const current = this.#at(at);
      const child = current.children.get(code);
      if (child !== undefined) return child;
      at = current.fail;
    }
    return this.#start[code] as number;
  }

  /** How many of the last characters may be the beginning of a pattern. */
  depth(state: number): number {
    return this.#at(state).depth;
  }

  /** Length of the longest pattern that ends in this state; 0 when none does. */
  lengthAt(state: number): number {
    return this.#at(state).length;
  }

  nameAt(state: number): string {
    return this.#at(state).name;
  }
}
