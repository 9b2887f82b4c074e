import type { Position, Problem } from '../check/position.js';
import { type FieldPositions, type SpecField, specFields } from './mini-spec.js';
import type { RawField, RawText } from './raw-field.js';

const MAX_TEXT = 200;
const MAX_ITEM = 300;
const MAX_ITEMS = 500;

/** Takes the fields of a front matter one by one, and writes down what is wrong with them. */
export class FieldJudge {
  readonly problems: Problem[] = [];
  readonly positions: FieldPositions;
  readonly #byName = new Map<SpecField, RawField>();
  readonly #start: Position;

  /** `start` is the place of what is not there at all. */
  constructor(raw: readonly RawField[], start: Position) {
    this.#start = start;
    const positions: Partial<Record<SpecField, Position>> = {};
    for (const field of raw) {
      const known = specFields.find((name) => name === field.name);
      if (!known)
        this.refuse(
          field.key,
          `"${shorten(field.name)}" is no field of a spec; the fields are ${specFields.join(', ')}`,
        );
      else if (!this.#byName.has(known)) {
        this.#byName.set(known, field);
        positions[known] = { line: field.value.line, column: field.value.column };
      }
    }
    this.positions = positions;
  }

  refuse({ line, column }: Position, message: string): void {
    this.problems.push({ message, line, column });
  }

  has(name: SpecField): boolean {
    return this.#byName.has(name);
  }

  /** A text of one line, for which `why` has no objection. */
  text(name: SpecField, why: (text: string) => string | undefined, isRequired = true): string | undefined {
    const value = this.#byName.get(name)?.value;
    if (!value) {
      if (isRequired) this.refuse(this.#start, `its field "${name}" is missing`);
      return undefined;
    }
    const objection =
      value.kind === 'list'
        ? 'is a list, not a text'
        : value.kind === 'other'
          ? `is ${value.what}, not a text`
          : value.value === ''
            ? 'is empty'
            : value.value.length > MAX_TEXT
              ? `is longer than ${MAX_TEXT} characters`
              : hasControl(value.value)
                ? 'holds a line break or another control character'
                : undefined;
    if (objection !== undefined || value.kind !== 'text') {
      this.refuse(value, `"${name}" ${objection ?? 'is no text'}`);
      return undefined;
    }
    const problem = why(value.value);
    if (problem === undefined) return value.value;
    this.refuse(value, `"${shorten(value.value)}" is ${problem}`);
    return undefined;
  }

  /** One of a few words. */
  choice<T extends string>(name: SpecField, allowed: readonly T[]): T | undefined {
    const isKnown = (text: string): text is T => allowed.some((one) => one === text);
    const found = this.text(name, (text) => (isKnown(text) ? undefined : `no ${name}; use ${allowed.join(', ')}`));
    return found !== undefined && isKnown(found) ? found : undefined;
  }

  /** The items for which `why` has no objection; undefined where there is no list. */
  list(name: SpecField, why: (item: string) => string | undefined, isRequired = true): readonly string[] | undefined {
    const value = this.#byName.get(name)?.value;
    if (!value) {
      if (isRequired) this.refuse(this.#start, `its field "${name}" is missing`);
      return undefined;
    }
    if (value.kind !== 'list') {
      this.refuse(value, `"${name}" is ${value.kind === 'text' ? 'a text' : value.what}, not a list`);
      return undefined;
    }
    if (value.items.length > MAX_ITEMS) {
      this.refuse(value, `"${name}" has more than ${MAX_ITEMS} items`);
      return undefined;
    }
    return value.items.filter((item) => this.#isGoodItem(name, item, why)).map((item) => item.value);
  }

  #isGoodItem(name: SpecField, item: RawText, why: (item: string) => string | undefined): boolean {
    const problem =
      item.value.length > MAX_ITEM
        ? 'it is too long'
        : hasControl(item.value)
          ? 'it holds a control character'
          : why(item.value);
    if (problem !== undefined) this.refuse(item, `"${shorten(item.value)}" in "${name}" cannot stand: ${problem}`);
    return problem === undefined;
  }
}

// eslint-disable-next-line no-control-regex
const hasControl = (text: string): boolean => /[\u0000-\u001f\u007f\u2028\u2029]/.test(text);

const shorten = (text: string): string => {
  const [line = ''] = text.split('\n');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
};
