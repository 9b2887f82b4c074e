import { BadFlagsError } from '../errors.js';

/**
 * Reads `name=value` words of a flag. A value that is JSON is what it says; any other is a text, so that `--set title=A title` needs
 * no quotes within quotes. What `isText` says is a text is taken as it stands.
 * @throws {BadFlagsError}
 */
export function namedValues(
  flag: string,
  given: readonly string[] = [],
  isText: (name: string) => boolean = () => false,
): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const word of given) {
    const equals = word.indexOf('=');
    if (equals <= 0)
      throw new BadFlagsError(
        `--${flag} ${word} is no name=value.`,
        `Write it as --${flag} ${equals < 0 ? word : 'name'}=value.`,
      );
    const name = word.slice(0, equals);
    if (values.has(name)) throw new BadFlagsError(`--${flag} says two things about "${name}".`, 'Name it once.');
    const text = word.slice(equals + 1);
    values.set(name, isText(name) ? text : valueOf(text));
  }
  return values;
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
