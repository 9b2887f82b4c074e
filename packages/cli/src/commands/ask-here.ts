import { createInterface } from 'node:readline/promises';
import { type Approval, type CodexApprovalRequest, readIdentity } from '@codex-orch/core';
import { elevationDigest } from '../compose/elevation-desk.js';
import type { CliContext } from '../context.js';
import { visible } from '../print/visible.js';

/** Asks the person at this terminal about one elevation; undefined where nobody sits. */
export function askHere(
  { process }: CliContext,
  repositoryRoot: string,
): ((request: CodexApprovalRequest, signal: AbortSignal) => Promise<Approval>) | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (request, signal) => {
    const what =
      request.kind === 'command'
        ? `run: ${request.command}\n  in: ${request.cwd}`
        : request.kind === 'file-change'
          ? `change: ${request.changes.map(({ path }) => path).join(', ')}${request.grantRoot === undefined ? '' : `\n  and write to ${request.grantRoot} from now on`}`
          : request.method;
    process.stderr.write(
      `\nCodex asks to leave its sandbox and to\n  ${visible(what)}\n  Its reason: ${visible(request.reason ?? 'none given')}\n`,
    );
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await prompt.question('Allow this once? Type "yes" to allow, anything else denies: ', { signal });
      return {
        subject: { kind: 'elevation', id: request.id, sha256: elevationDigest(request) },
        decision: answer.trim().toLowerCase() === 'yes' ? 'approved' : 'rejected',
        by: { actor: 'human', ...(await readIdentity(repositoryRoot, process.env)) },
        at: new Date().toISOString(),
        channel: 'terminal',
        justification: '',
      };
    } finally {
      prompt.close();
    }
  };
}
