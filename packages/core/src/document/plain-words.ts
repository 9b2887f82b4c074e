import type { z } from 'zod';
import { nearName } from '../text/near-name.js';

/** What stands for the message of a union until its branches have been compared. */
export const unionMessage = '\0union';

/** Says what a value has to be, to those who wrote it: handed to a schema's `safeParse` as `error`. A schema's own words win. */
export const plainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${kindOf(issue.expected)}, but is ${kindIn(issue.input)}`;
    case 'invalid_value': {
      if (issue.input === undefined) return 'is missing';
      const near = typeof issue.input === 'string' ? nearName(issue.input, issue.values.map(String)) : undefined;
      return `must be ${anyOf(issue.values.map((value) => JSON.stringify(value)))}${near === undefined ? '' : `; did you mean "${near}"?`}`;
    }
    case 'too_small':
      return issue.minimum === 1 && issue.inclusive !== false && issue.origin !== 'number' && issue.origin !== 'int'
        ? 'must not be empty'
        : `must ${amount(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${amount(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return `must be ${formats[issue.format] ?? (issue.pattern === undefined ? `a valid ${issue.format}` : `text that fits ${issue.pattern}`)}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is no name for a field here';
    case 'invalid_union':
      return issue.discriminator === undefined || !('options' in issue)
        ? unionMessage
        : `must be ${anyOf((issue.options as unknown[]).map((value) => JSON.stringify(value)))}`;
    default:
      return 'is not allowed here';
  }
};

const formats: Readonly<Record<string, string>> = {
  url: 'a URL',
  email: 'an e-mail address',
  datetime: 'a time such as 2026-01-31T09:00:00Z',
  date: 'a date such as 2026-01-31',
};

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object, in braces',
  record: 'an object, in braces',
  null: 'null',
};

const kindOf = (expected: string): string => kinds[expected] ?? `of the kind ${expected}`;

function kindIn(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'boolean') return String(input);
  if (typeof input === 'object') return 'an object';
  if (typeof input === 'number') return Number.isInteger(input) ? 'a number' : 'a number with a fraction';
  return kinds[typeof input] ?? typeof input;
}

function amount(origin: string, relation: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${relation} ${limit} characters`;
  return origin === 'number' || origin === 'int' ? `be ${relation} ${limit}` : `have ${relation} ${limit} entries`;
}

/** Alternatives as people read them: `a, b or c`; `nothing` where there are none. */
export const anyOf = (options: readonly string[]): string =>
  options.length < 2 ? (options[0] ?? 'nothing') : `${options.slice(0, -1).join(', ')} or ${options.at(-1) ?? ''}`;
