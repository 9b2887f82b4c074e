import { CodemodOptionsError } from './errors.js';
import type { CodemodOptions } from './codemod.js';

/**
 * Reads the options of one codemod: each has a reader that gives its value, its default for `undefined`.
 * @throws {CodemodOptionsError} where an option is unknown, or a reader refuses its value
 */
export function readOptions<T extends Record<string, (value: unknown) => unknown>>(
  codemod: string,
  options: CodemodOptions,
  readers: T,
): { [K in keyof T]: ReturnType<T[K]> } {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(readers, name)) {
      const known = Object.keys(readers).join(', ') || 'none';
      throw new CodemodOptionsError(codemod, name, `is unknown; it knows: ${known}`);
    }
  }
  const values = Object.entries(readers).map(([name, read]) => {
    try {
      return [name, read(options[name])];
    } catch (error) {
      throw new CodemodOptionsError(codemod, name, error instanceof Error ? error.message : String(error));
    }
  });
  return Object.fromEntries(values) as { [K in keyof T]: ReturnType<T[K]> };
}

/** `true`, `false`, or as a command line writes them. */
export const flag = (byDefault: boolean) => (value: unknown) => {
  if (value === undefined) return byDefault;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new TypeError('must be true or false');
};

/** Names, as a list or with commas between; `none` is an empty list, no option at all is `undefined`. */
export const list = (value: unknown): readonly string[] | undefined => {
  if (value === undefined) return undefined;
  if (value === 'none') return [];
  if (typeof value === 'string') return value.split(',').map((each) => each.trim());
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new TypeError('must be a list of names, with commas between them, or none');
};

/** One of these words, the first by default. */
export const oneOf =
  <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  (value: unknown): Words[number] => {
    const word = value === undefined ? words[0] : words.find((each) => each === value);
    if (word === undefined) throw new TypeError(`must be one of: ${words.join(', ')}`);
    return word;
  };

/** A whole number from one on. */
export const count = (byDefault: number) => (value: unknown) => {
  const number = value === undefined ? byDefault : Number(value);
  if (!Number.isInteger(number) || number < 1) throw new TypeError('must be a whole number from 1 on');
  return number;
};

/** A text that is not empty. */
export const text = (byDefault: string) => (value: unknown) => {
  if (value === undefined) return byDefault;
  if (typeof value !== 'string' || value === '') throw new TypeError('must be a text that is not empty');
  return value;
};
