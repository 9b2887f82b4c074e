import { z } from 'zod';

/** Each try reads on to the end, if it comes to that; a report is not behind thousands of other objects. */
const mostTries = 2000;

/**
 * The JSON object of this form in what a program printed; tests print too, before and behind the report.
 *
 * Undefined where there is none.
 */
export function findJson<T extends z.ZodType>(text: string, schema: T): z.infer<T> | undefined {
  const end = text.lastIndexOf('}') + 1;
  let tries = 0;
  for (let from = text.indexOf('{'); from !== -1 && from < end && tries < mostTries; from = nextObject(text, from)) {
    tries += 1;
    const parsed = schema.safeParse(parse(text.slice(from, end)));
    if (parsed.success) return parsed.data;
    // Text behind the report is rare, so it is looked for last: a line that is the closing brace alone.
    const close = text.indexOf('\n}\n', from);
    if (close === -1) continue;
    const inner = schema.safeParse(parse(text.slice(from, close + 2)));
    if (inner.success) return inner.data;
  }
  return undefined;
}

/** A report begins a line, or follows at once what a test printed without an end of line. */
const nextObject = (text: string, from: number): number => {
  const next = /\{(?=\s*")/g;
  next.lastIndex = from + 1;
  return next.exec(text)?.index ?? -1;
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
