import { type Check, isObject, isText, list, oneOf, text } from '../check/plain-json.js';
import { globProblem } from '../covers/glob.js';
import { specRisks } from '../spec/mini-spec.js';
import { defaultExempt, defaultTriggers } from './defaults.js';
import type { Policy } from './policy.js';

/** For what the schema has to judge. */
const odd = Symbol('odd');

/** Makes of a value what the schema would; undefined of what may be left out, and is. */
type Read = (value: unknown) => unknown;

const is =
  (check: Check): Read =>
  (value) =>
    check(value) ? value : odd;
const or =
  (read: Read, otherwise?: () => unknown): Read =>
  (value) =>
    value === undefined ? otherwise?.() : read(value);
const whole = (from: number, to = Number.MAX_SAFE_INTEGER): Read =>
  is((value) => Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to);
const flag = is((value) => typeof value === 'boolean');
const globs = is(list((glob) => typeof glob === 'string' && globProblem(glob) === undefined));
const principals = or(is(list(isText)), () => []);

const all = (entries: Iterable<readonly [string, unknown]>): unknown => {
  const made: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    if (value === odd) return odd;
    if (value !== undefined) made[name] = value;
  }
  return made;
};
const object = (fields: Readonly<Record<string, Read>>): Read => {
  const known = Object.entries(fields);
  return (value) =>
    isObject(value) && Object.keys(value).every((name) => Object.hasOwn(fields, name))
      ? all(known.map(([name, read]) => [name, read(value[name])]))
      : odd;
};
const record =
  (key: Check, read: Read): Read =>
  (value) =>
    isObject(value) && Object.keys(value).every((name) => name !== '__proto__' && key(name))
      ? all(Object.entries(value).map(([name, entry]) => [name, read(entry)]))
      : odd;
const array =
  (read: Read): Read =>
  (value) => {
    if (!Array.isArray(value)) return odd;
    const made = value.map(read);
    return made.includes(odd) ? odd : made;
  };
const withDefaults = (fields: Readonly<Record<string, Read>>): Read => {
  const read = object(fields);
  return or(read, () => read({}));
};

const days = whole(0, 3650);
const deadlines = object({ reviewDays: or(days), warnDays: or(days) });
const overrideRule = {
  allowed: or(flag, () => true),
  quorum: or(whole(0, 20), () => 0),
  approvers: principals,
  authorMayApprove: or(flag, () => false),
  maxDays: or(whole(1, 3650), () => 30),
};

const trigger = object({
  id: is(text(/^[a-z][a-z0-9-]{0,40}$/)),
  reason: is(isText),
  severity: or(is(oneOf('error', 'warning')), () => 'error'),
  paths: or(globs),
  except: or(globs, () => []),
  minPaths: or(whole(1), () => 1),
  minLines: or(whole(1)),
  minNewDependencies: or(whole(1)),
  packages: or(globs),
  minPackages: or(whole(2)),
});

const policy = object({
  $schema: or(is(text())),
  schemaVersion: or(is(oneOf(1)), () => 1),
  reviewDays: or(days, () => 30),
  warnDays: or(days, () => 25),
  risks: or(record(oneOf(...specRisks), deadlines), () => ({})),
  specs: or(record(text(), deadlines), () => ({})),
  triggers: or(array(trigger), () => [...defaultTriggers]),
  exempt: or(globs, () => [...defaultExempt]),
  rules: or(record(text(), is(oneOf('error', 'warning', 'note', 'off'))), () => ({})),
  approvals: withDefaults({
    quorum: or(whole(1, 20), () => 1),
    approvers: principals,
    authorMayApprove: or(flag, () => true),
    signatures: or(is(oneOf('optional', 'required')), () => 'optional'),
  }),
  overrides: withDefaults({
    allowed: or(flag, () => true),
    trailers: or(flag, () => true),
    default: withDefaults(overrideRule),
    rules: or(record(text(), object(overrideRule)), () => ({})),
  }),
  suppressions: withDefaults({
    allowed: or(flag, () => true),
    maxDays: or(whole(1, 3650), () => 90),
    rules: or(is(list(text()))),
  }),
});

/** A policy that is plainly right, with its defaults, as the schema would give it; undefined for everything that the schema has to judge. */
export function plainPolicy(json: unknown): Policy | undefined {
  const read = policy(json);
  return read === odd ? undefined : (read as Policy);
}

/** The quiet policy of a repository that has none. */
export const defaultPolicy: Policy = policy({}) as Policy;
