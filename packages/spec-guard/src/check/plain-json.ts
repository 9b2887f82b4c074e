/** JSON as it comes from `JSON.parse`. */
export type Json = Readonly<Record<string, unknown>>;
export type Check = (value: unknown) => boolean;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text, of which a pattern may say more. */
export const text =
  (pattern?: RegExp): Check =>
  (value) =>
    typeof value === 'string' && (pattern?.test(value) ?? true);

export const isText: Check = (value) => typeof value === 'string' && value !== '';

export const oneOf = (...choices: readonly unknown[]): Check => {
  const known = new Set(choices);
  return (value) => known.has(value);
};

export const list =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return false;
    for (const item of value) if (!check(item)) return false;
    return true;
  };

/** An object with these fields; where it is strict, with no others. */
export const shape = (fields: Readonly<Record<string, Check>>, isStrict = false): Check => {
  const checks = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) return false;
    for (const [name, check] of checks) if (!check(value[name])) return false;
    if (isStrict) for (const name in value) if (!Object.hasOwn(fields, name)) return false;
    return true;
  };
};

export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
