import { type Pattern, PatternSet } from './pattern-set.js';
import { addPlace, type Place } from './place.js';
import { Redaction } from './redaction.js';
import type { Secret } from './secret.js';
import { minSecretLength, spellingsOf } from './spellings.js';

/** Redacts the bytes of a stream. */
export interface ByteRedaction {
  /** What can be let go of, now that this chunk is known. */
  push(chunk: Uint8Array): Buffer;
  /** The rest. */
  end(): Buffer;
}

const replacement = (name: string): string => `[redacted:${name}]`;

/** UTF-8 bytes as a string with one character a byte, which searches as fast as any. */
const asLatin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/**
 * Takes all secrets that it was told of out of what is written or printed, by their exact values and in common encodings.
 *
 * One for a process: it is told of a secret before anybody else gets it.
 */
export class Redactor {
  readonly #known = new Map<string, string>();
  #text: PatternSet | undefined;
  #bytes: PatternSet | undefined;

  /** Values shorter than 6 characters are ignored: they occur by chance. */
  add(secret: Secret): void {
    const value = secret.reveal();
    if (value.length < minSecretLength || this.#known.has(value)) return;
    this.#known.set(value, secret.name);
    this.#text = undefined;
    this.#bytes = undefined;
  }

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  #patterns(): Pattern[] {
    return [...this.#known].flatMap(([value, name]) => spellingsOf(value).map((text) => ({ text, name })));
  }

  readonly #textPatterns = (): PatternSet => (this.#text ??= new PatternSet(this.#patterns()));

  readonly #bytePatterns = (): PatternSet =>
    (this.#bytes ??= new PatternSet(
      this.#patterns().map(({ text, name }) => ({ text: asLatin1(Buffer.from(text)), name })),
    ));

  /** The text without secrets; each becomes `[redacted:NAME]`. */
  text(text: string): string {
    if (this.isEmpty) return text;
    const redaction = new Redaction(this.#textPatterns, replacement);
    return redaction.push(text) + redaction.end();
  }

  /** The value with every string in it redacted, names of properties included. */
  json<T>(value: T): T {
    return this.isEmpty ? value : (this.#map(value) as T);
  }

  #map(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((entry) => this.#map(entry));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [this.text(key), this.#map(entry)]));
  }

  /** Redacts what an error says, its causes included, in place: an error keeps its identity. */
  error(error: unknown): void {
    if (this.isEmpty) return;
    const seen = new Set<unknown>();
    for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
      seen.add(at);
      for (const key of ['message', 'stack', ...Object.keys(at)]) {
        const value: unknown = Reflect.get(at, key);
        const isText = typeof value === 'string' || (Array.isArray(value) && value.every((v) => typeof v === 'string'));
        if (isText) Reflect.set(at, key, this.#map(value));
      }
    }
  }

  /** Redacts a text that arrives in pieces. */
  stream(): Pick<Redaction, 'push' | 'end'> {
    return new Redaction(this.#textPatterns, replacement);
  }

  /** Redacts bytes that arrive in chunks, wherever they are cut. */
  byteStream(): ByteRedaction {
    const redaction = new Redaction(this.#bytePatterns, replacement);
    return {
      push: (chunk) => Buffer.from(redaction.push(asLatin1(chunk)), 'latin1'),
      end: () => Buffer.from(redaction.end(), 'latin1'),
    };
  }

  /** The names of the secrets that occur in these bytes. */
  async namesIn(chunks: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
    return [...new Set((await this.placesIn(chunks)).map(({ name }) => name))].sort();
  }

  /** Where these bytes hold a secret, in order; `end` is behind the last byte. */
  async placesIn(chunks: AsyncIterable<Uint8Array>): Promise<readonly Place[]> {
    const patterns = this.#bytePatterns();
    const places: Place[] = [];
    let state = 0;
    let at = 0;
    for await (const chunk of chunks) {
      for (const byte of chunk) {
        state = patterns.next(state, byte);
        at += 1;
        const length = patterns.lengthAt(state);
        if (length > 0) addPlace(places, at, length, patterns.nameAt(state));
      }
    }
    return places;
  }
}
