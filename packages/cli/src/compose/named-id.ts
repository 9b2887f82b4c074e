import { IdEndTooShortError, minEndCharacters } from '../errors.js';

/**
 * The ids that a name stands for: one that begins with it, or that ends with it where it is long enough.
 *
 * Throws {@link IdEndTooShortError} for one that is only too short an end.
 */
export function idsNamed(asked: string, ids: readonly string[]): readonly string[] {
  const wanted = asked.toUpperCase();
  if (wanted === '') return [];
  const is = (id: string, fits: (id: string) => boolean): boolean => fits(id.toUpperCase());
  const isLong = wanted.length >= minEndCharacters;
  const found = ids.filter((one) => is(one, (id) => id.startsWith(wanted) || (isLong && id.endsWith(wanted))));
  const ending = found.length > 0 || isLong ? undefined : ids.find((one) => is(one, (id) => id.endsWith(wanted)));
  if (ending !== undefined) throw new IdEndTooShortError(asked, ending);
  return found;
}
