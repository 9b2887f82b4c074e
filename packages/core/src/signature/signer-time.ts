const pattern = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?(Z|UTC)?$/i;

/**
 * Parses a time of an allowed signers file, `YYYYMMDD[HHMM[SS]][Z]`; without `Z` it is in the machine's time zone.
 *
 * Returns milliseconds since the epoch, or undefined for what is no such time.
 */
export function parseSignerTime(text: string): number | undefined {
  const found = pattern.exec(text);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  const isUtc = found[7] !== undefined;
  const date = isUtc
    ? new Date(Date.UTC(year, month - 1, day, hour, minute, second))
    : new Date(year, month - 1, day, hour, minute, second);
  // The thirtieth of February would silently become a day in March.
  const same = isUtc
    ? [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
    : [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  const isReal = same[0] === year && same[1] === month && same[2] === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? date.getTime() : undefined;
}
