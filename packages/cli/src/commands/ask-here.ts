import { createInterface } from 'node:readline/promises';
import { type Approval, type CodexApprovalRequest, readIdentity } from '@codex-orch/core';
import { elevationDigest } from '../compose/elevation-desk.js';
import type { Notary } from '../compose/notary.js';
import type { CliContext } from '../context.js';
import { shortLine } from '../print/visible.js';

/** The question as lines, each of which begins with words of ours: what Codex says cannot pass for a line of its own. */
export function questionLines(request: CodexApprovalRequest): readonly string[] {
  const what =
    request.kind === 'command'
      ? [`run: ${shortLine(request.command)}`, `in: ${shortLine(request.cwd)}`]
      : request.kind === 'file-change'
        ? [
            `change: ${shortLine(request.changes.map(({ path }) => path).join(', '))}`,
            ...(request.grantRoot === undefined ? [] : [`and write from now on to: ${shortLine(request.grantRoot)}`]),
          ]
        : [`do: ${shortLine(request.method)}`];
  const reason = `Its reason: ${shortLine(request.reason ?? 'none given')}`;
  return ['', 'Codex asks to leave its sandbox and to', ...[...what, reason].map((line) => `  ${line}`)];
}

/** Asks the person at this terminal about one elevation; undefined where nobody sits. */
export function askHere(
  { process }: CliContext,
  repositoryRoot: string,
  notary: Notary,
): ((request: CodexApprovalRequest, signal: AbortSignal) => Promise<Approval>) | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (request, signal) => {
    process.stderr.write(`${questionLines(request).join('\n')}\n`);
    const prompt = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
    try {
      const answer = await prompt.question('Allow this once? Type "yes" to allow, anything else denies: ', { signal });
      const approval: Approval = {
        subject: { kind: 'elevation', id: request.id, sha256: elevationDigest(request) },
        decision: answer.trim().toLowerCase() === 'yes' ? 'approved' : 'rejected',
        by: { actor: 'human', ...(await readIdentity(repositoryRoot, process.env)) },
        at: new Date().toISOString(),
        channel: 'terminal',
        justification: '',
      };
      return await notary.sign(approval, signal);
    } finally {
      prompt.close();
    }
  };
}
