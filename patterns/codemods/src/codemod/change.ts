import MagicString from 'magic-string';
import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from '../syntax/parse.js';
import type { CodemodResult, Decline } from './codemod.js';

/** Collects the edits and declines of one codemod on one file. Edits name places of the original text. */
export class Change {
  /** Most files are looked at for nothing. */
  #text: MagicString | undefined;
  readonly #declined: Decline[] = [];
  readonly #module: Module;
  #changes = 0;

  constructor(module: Module) {
    this.#module = module;
  }

  /** Replaces the text of a node or range. Counts as one change unless it belongs to one already counted. */
  replace(place: Place, text: string, counts: 1 | 0 = 1): void {
    const [start, end] = rangeOf(place);
    if (start === end) this.#edit().appendLeft(start, text);
    else this.#edit().overwrite(start, end, text);
    this.#changes += counts;
  }

  insert(offset: number, text: string): void {
    this.#edit().appendLeft(offset, text);
  }

  remove(place: Place): void {
    this.#edit().remove(...rangeOf(place));
  }

  /** Leaves a place alone, and says why. */
  decline(place: Place, reason: string, message: string): void {
    this.#declined.push({ reason, message, ...this.#module.lines.at(rangeOf(place)[0]) });
  }

  #edit(): MagicString {
    this.#text ??= new MagicString(this.#module.source);
    return this.#text;
  }

  result(): CodemodResult {
    const declined = this.#declined.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const source = this.#changes === 0 ? this.#module.source : this.#edit().toString();
    return { source, changes: this.#changes, declined };
  }
}

type Place = TSESTree.Node | readonly [start: number, end: number];

function rangeOf(place: Place): readonly [number, number] {
  return 'range' in place ? place.range : place;
}
