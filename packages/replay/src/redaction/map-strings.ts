/** The names that the API itself gives to fields: no secret, and needed to read the value again. */
const fieldName = /^[a-z_]{1,40}$/;

/** Applies a function to every string in a JSON value, and to those keys that the API cannot have chosen. */
export function mapStrings<T>(value: T, change: (text: string) => string): T;
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((entry: unknown) => mapStrings(entry, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      fieldName.test(key) ? key : change(key),
      mapStrings(entry as unknown, change),
    ]),
  );
}
