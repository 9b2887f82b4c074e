/** Text of at most `length` characters, which ends in `…` where some of it is left out. */
export const cut = (text: string, length = 160): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
