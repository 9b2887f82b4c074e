/** A word as it has to be typed at a POSIX shell: quoted only where it needs to be. */
export const shellWord = (word: string): string =>
  /^[\w./@:+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
