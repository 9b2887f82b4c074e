import type { Finding } from '../report/finding.js';

/** `file:line:column`, as far as it is known. */
export const placeOf = ({ path, line, column }: Pick<Finding, 'path' | 'line' | 'column'>): string =>
  [path, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
