import type { PatternSet } from './pattern-set.js';
import { addPlace, type Place } from './place.js';

/**
 * Redacts one text that arrives in pieces, in memory bounded by the longest pattern and in one pass.
 *
 * Every character that belongs to any occurrence goes, also where occurrences overlap: of two secrets that share characters
 * nothing is left.
 */
export class Redaction {
  readonly #patterns: () => PatternSet;
  readonly #replacement: (name: string) => string;
  #used: PatternSet;
  #state = 0;
  /** The input from `#settled` on, whose fate is open. */
  #held = '';
  /** Offset of the input up to which all is written or dropped. */
  #settled = 0;
  #found: Place[] = [];

  /** `patterns` is asked before every piece: a secret that becomes known meanwhile is redacted from then on. */
  constructor(patterns: () => PatternSet, replacement: (name: string) => string) {
    this.#patterns = patterns;
    this.#replacement = replacement;
    this.#used = patterns();
  }

  /** What can be let go of, now that this piece is known. */
  push(piece: string): string {
    const patterns = this.#patterns();
    const { length } = this.#held;
    this.#held += piece;
    if (patterns === this.#used) this.#search(length);
    else {
      this.#used = patterns;
      this.#state = 0;
      this.#found = [];
      this.#search(0);
    }
    return this.#write(this.#settled + this.#held.length - patterns.depth(this.#state));
  }

  /** The rest. */
  end(): string {
    const rest = this.#write(Infinity);
    this.#state = 0;
    return rest;
  }

  #search(from: number): void {
    const patterns = this.#used;
    const text = this.#held;
    let state = this.#state;
    for (let i = from; i < text.length; i += 1) {
      state = patterns.next(state, text.charCodeAt(i));
      const length = patterns.lengthAt(state);
      if (length > 0) addPlace(this.#found, this.#settled + i + 1, length, patterns.nameAt(state));
    }
    this.#state = state;
  }

  /** Writes what begins before `safe`: nothing that is still to come can reach back further. */
  #write(safe: number): string {
    const base = this.#settled;
    let out = '';
    let written = 0;
    for (const { start, end, name } of this.#found) {
      if (start >= safe) break;
      // An occurrence that overlaps what was replaced already is part of that replacement.
      if (start >= this.#settled) out += this.#held.slice(written, start - base) + this.#replacement(name);
      this.#settled = end;
      written = end - base;
    }
    this.#found = this.#found.filter(({ start }) => start >= safe);
    const until = Math.min(safe - base, this.#held.length);
    if (until > written) {
      out += this.#held.slice(written, until);
      written = until;
      this.#settled = base + until;
    }
    this.#held = this.#held.slice(written);
    return out;
  }
}
