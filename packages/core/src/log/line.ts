import { createHash } from 'node:crypto';
import { z } from 'zod';
import { judgeDocument, problemLine } from '../document/index.js';

/** What a writer says; the log adds order, time and hashes. */
export interface LogRecord {
  readonly actor: string;
  readonly type: string;
  readonly data: unknown;
  /** A record whose key is in the log already is not written again. */
  readonly key?: string | undefined;
}

const hex = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`));

/** One line of a log. */
export const logLineSchema = z.strictObject({
  seq: z.number().int().nonnegative(),
  at: z.iso.datetime(),
  actor: z.string(),
  type: z.string(),
  data: z.unknown(),
  key: z.string().optional(),
  /** sha256 of the line before, without its newline. */
  prev: hex(64),
  /** The first 16 digits of the sha256 of this line up to the comma before `sum`: tells a damaged last line from a torn one. */
  sum: hex(16),
});

export type LogLine = Readonly<z.infer<typeof logLineSchema>>;

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The text of a line, without its newline. */
export function formatLine(record: LogRecord, { seq, at, prev }: Pick<LogLine, 'seq' | 'at' | 'prev'>): string {
  const { actor, type, data, key } = record;
  const body = JSON.stringify({
    seq,
    at,
    actor,
    type,
    data: data ?? null,
    ...(key === undefined ? {} : { key }),
    prev,
  }).slice(0, -1);
  return `${body},"sum":"${sha256(body).slice(0, 16)}"}`;
}

/** Parses one line and checks its own sum; the reason when it is damaged. */
export function parseLine(text: string): LogLine | { readonly damage: string } {
  const sumAt = text.lastIndexOf(',"sum":"');
  if (sumAt < 0) return { damage: 'it is not a log line' };
  if (text.slice(sumAt) !== `,"sum":"${sha256(text.slice(0, sumAt)).slice(0, 16)}"}`)
    return { damage: 'its sum does not match its content' };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { damage: 'it is not JSON' };
  }
  const { data, problems } = judgeDocument(logLineSchema, json);
  return problems ? { damage: problems.map(problemLine).join('; ') } : data;
}
