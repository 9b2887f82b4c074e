import { AllowedSignersError } from '../signature/errors.js';
import { OrchError } from '../errors/orch-error.js';
import type { LogContent } from '../log/read-log.js';
import { auditHeadText } from '../signature/signed-records.js';
import { verifySignature } from '../signature/verify-signature.js';
import { type AuditHead, lostEnd } from './audit-head.js';

/** Something in the audit log that is not as it was recorded. */
export interface AuditProblem {
  /** Counted from 1. */
  readonly line?: number;
  readonly message: string;
}

export interface VerifyAuditOptions {
  /** Who may sign; without it the signature of the log's end is not looked at. */
  readonly signatures?:
    | {
        /** Absolute path of an allowed signers file. */
        readonly allowedSigners: string;
        /** Whether every entry must have been signed when the next one was written. */
        readonly require: boolean;
        readonly env: NodeJS.ProcessEnv;
      }
    | undefined;
  /** Whether entries are signed as they are written, so that an unsigned end is a problem; false by default. */
  readonly expectSigned?: boolean | undefined;
}

/** What is wrong with a log whose chain is whole. Throws {@link AllowedSignersError}. */
export async function verifyAuditEnd(
  { lines, head, torn }: Pick<LogContent, 'lines' | 'head' | 'torn'>,
  known: AuditHead | undefined,
  { signatures, expectSigned = false }: VerifyAuditOptions,
): Promise<readonly AuditProblem[]> {
  const problems: AuditProblem[] = [];
  if (torn) problems.push({ line: torn.line, message: `the last line was cut off after ${torn.bytes} bytes` });
  const lost = lostEnd(known, head, lines);
  if (lost !== undefined) return [...problems, { message: lost }];
  const signed = known?.signed;
  const mustBeSigned = expectSigned || signatures?.require === true;
  if (mustBeSigned && head.seq > 0) {
    if (!signed) problems.push({ message: 'its end is not signed: audit.head holds no signature' });
    else if (signed.seq < head.seq)
      problems.push({
        line: signed.seq + 1,
        message: `the signed end lies before this entry; ${head.seq - signed.seq} entries are not covered by it`,
      });
  }
  if (signed && signatures) {
    const at = Date.parse(lines[signed.seq - 1]?.at ?? '');
    const reason = await whyNot(auditHeadText(signed), signed.signature, { ...signatures, at });
    if (reason !== undefined) problems.push({ message: `the signature of its end: ${reason}` });
  }
  if (signatures?.require === true)
    for (const { seq, type, data } of lines)
      if (type === 'unsigned')
        problems.push({ line: seq + 1, message: (data as { readonly detail?: string }).detail ?? 'unsigned' });
  return problems;
}

async function whyNot(...checked: Parameters<typeof verifySignature>): Promise<string | undefined> {
  try {
    await verifySignature(...checked);
    return undefined;
  } catch (error) {
    if (!(error instanceof OrchError) || error instanceof AllowedSignersError) throw error;
    return error.message;
  }
}
