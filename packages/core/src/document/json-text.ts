/* eslint-disable no-control-regex -- what JSON does not allow in text */

/** A value in a JSON text, and where its parts begin. */
export interface JsonNode {
  readonly start: number;
  /** Of an object, by name: where the name stands, and its value. */
  readonly fields?: ReadonlyMap<string, { readonly start: number; readonly value: JsonNode }>;
  /** Of a list. */
  readonly items?: readonly JsonNode[];
}

/** What makes a text no JSON. */
export class JsonFault {
  readonly offset: number;
  readonly message: string;

  constructor(offset: number, message: string) {
    this.offset = offset;
    this.message = message;
  }
}

/**
 * Reads where the parts of a JSON text are, or what makes it none: `JSON.parse` says neither, or only the offset.
 *
 * Takes exactly what `JSON.parse` takes, but for texts that are nested so deeply that the stack ends: those are a fault at their
 * beginning.
 */
export function jsonText(text: string): JsonNode | JsonFault {
  try {
    const reader = new Reader(text);
    const node = reader.value('the file is empty');
    reader.end();
    return node;
  } catch (error) {
    if (error instanceof JsonFault) return error;
    if (error instanceof RangeError) return new JsonFault(0, 'it is nested too deeply');
    throw error;
  }
}

class Reader {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.#blank();
    if (this.#at < this.#text.length) this.#fail('there is more after the end of the JSON');
  }

  value(ifNone: string): JsonNode {
    this.#blank();
    const start = this.#at;
    const first = this.#text[start];
    if (first === '{') return { start, fields: this.#fields() };
    if (first === '[') return { start, items: this.#items() };
    if (first === '"') {
      this.#string();
      return { start };
    }
    const plain = this.#match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
    if (plain !== undefined) return { start };
    return this.#fail(first === undefined ? ifNone : this.#strange());
  }

  #fields(): NonNullable<JsonNode['fields']> {
    const opened = this.#at;
    const fields = new Map<string, { start: number; value: JsonNode }>();
    this.#at += 1;
    this.#blank();
    if (this.#take('}')) return fields;
    do {
      this.#blank();
      const start = this.#at;
      if (this.#text[start] !== '"') this.#failIn(opened, fields.size > 0 ? '}' : undefined);
      const name = this.#string();
      this.#blank();
      if (!this.#take(':')) this.#fail(`a ":" is missing after ${JSON.stringify(name)}`);
      fields.set(name, { start, value: this.value(`the value of ${JSON.stringify(name)} is missing`) });
      this.#blank();
    } while (this.#take(','));
    if (!this.#take('}')) this.#unclosed(opened);
    return fields;
  }

  #items(): JsonNode[] {
    const opened = this.#at;
    const items: JsonNode[] = [];
    this.#at += 1;
    this.#blank();
    if (this.#take(']')) return items;
    do {
      this.#blank();
      if (items.length > 0 && this.#text[this.#at] === ']') this.#failIn(opened, ']');
      items.push(this.value(`the "[" of line ${this.#lineOf(opened)} is not closed`));
      this.#blank();
    } while (this.#take(','));
    if (!this.#take(']')) this.#unclosed(opened);
    return items;
  }

  #string(): string {
    const start = this.#at;
    const found = this.#match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y);
    if (found !== undefined) return JSON.parse(found) as string;
    const good = this.#match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y) ?? '';
    const next = this.#text[start + good.length];
    if (next === '\\') this.#fail('this "\\" begins no escape that JSON knows; a "\\" itself is written "\\\\"');
    this.#at = start;
    return this.#fail(
      next === undefined || next === '\n' || next === '\r'
        ? 'the text in quotes that begins here is not closed'
        : 'the text in quotes that begins here has a control character in it',
    );
  }

  #blank(): void {
    this.#match(/[ \t\r\n]*/y);
  }

  #take(character: string): boolean {
    const is = this.#text[this.#at] === character;
    if (is) this.#at += 1;
    return is;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  /** No name of a field, or no value, where one had to be. */
  #failIn(opened: number, closing: string | undefined): never {
    const next = this.#text[this.#at];
    if (next === undefined) return this.#unclosed(opened);
    if (next === closing) return this.#fail(`there is a comma before this "${next}", and nothing after it`);
    return this.#fail(next === ',' ? 'there is a comma too many' : this.#strange());
  }

  #unclosed(opened: number): never {
    const next = this.#text[this.#at];
    const sign = this.#text[opened] ?? '';
    if (next === undefined) return this.#fail(`the "${sign}" of line ${this.#lineOf(opened)} is not closed`);
    return this.#fail(next === '"' || /[\w{[-]/.test(next) ? 'a comma is missing before this' : this.#strange());
  }

  #strange(): string {
    const rest = this.#text.slice(this.#at, this.#at + 2);
    if (rest === '//' || rest === '/*' || rest.startsWith('#')) return 'JSON has no comments';
    if (rest.startsWith("'")) return 'text and names stand in double quotes';
    return /^[A-Za-z_$]/.test(rest)
      ? 'a name or a text stands in double quotes'
      : `${JSON.stringify(rest[0])} cannot stand here`;
  }

  #lineOf(offset: number): number {
    return this.#text.slice(0, offset).split('\n').length;
  }

  #fail(message: string): never {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- caught in this file
    throw new JsonFault(this.#at, message);
  }
}
