import { BadFlagsError } from '../errors.js';

const units = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Milliseconds of an age such as `30d`, `12h` or `90m`. Throws {@link BadFlagsError}. */
export function parseAge(text: string): number {
  const [, count, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined)
    throw new BadFlagsError(`"${text}" is no age.`, 'Give a number and a unit: 90m, 12h, 30d or 4w.');
  return Number(count) * units[unit as keyof typeof units];
}
