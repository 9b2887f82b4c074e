import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { LogLine } from '../log/line.js';
import type { LogHead } from '../log/read-log.js';
import { AuditHeadUnreadableError } from './errors.js';

const logHead = { seq: z.number().int().nonnegative(), hash: z.string() };

const auditHeadSchema = z.strictObject({
  ...logHead,
  /** The newest end that was signed; an older one where the last entries could not be. */
  signed: z.strictObject({ ...logHead, signature: z.string() }).optional(),
});

/** Where the audit log ended when it was written last: the content of `audit.head`. */
export type AuditHead = Readonly<z.infer<typeof auditHeadSchema>>;

/** Reads `audit.head`; undefined when there is none. Throws {@link AuditHeadUnreadableError}. */
export async function readAuditHead(file: string): Promise<AuditHead | undefined> {
  try {
    return auditHeadSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AuditHeadUnreadableError(file, error);
  }
}

/** What a log hashes to after its first `seq` lines; undefined when it has fewer. */
const hashAt = (head: LogHead, lines: readonly LogLine[], seq: number): string | undefined =>
  seq === head.seq ? head.hash : lines[seq]?.prev;

/** What `audit.head` knows that the log does not; undefined when the log holds it all. */
export function lostEnd(known: AuditHead | undefined, head: LogHead, lines: readonly LogLine[]): string | undefined {
  // The first entry is on the disk before there is a head.
  if (!known) return head.seq > 1 ? 'audit.head is missing' : undefined;
  const heads: readonly LogHead[] = [known, ...(known.signed ? [known.signed] : [])];
  const longest = Math.max(...heads.map(({ seq }) => seq));
  if (longest > head.seq) return `${longest - head.seq} entries were cut off its end`;
  return heads.every(({ seq, hash }) => hashAt(head, lines, seq) === hash)
    ? undefined
    : 'it is not the log that was written here before';
}
