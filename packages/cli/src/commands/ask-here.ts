import { createInterface } from 'node:readline/promises';
import { type Approval, readIdentity } from '@codex-orch/core';
import type { OpenElevation } from '../compose/elevation-desk.js';
import type { Notary } from '../compose/notary.js';
import type { CliContext } from '../context.js';

/** Asks the person at this terminal about one elevation; undefined where nobody sits. */
export function askHere(
  { process }: CliContext,
  repositoryRoot: string,
  notary: Notary,
): ((elevation: OpenElevation, signal: AbortSignal) => Promise<Approval>) | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async ({ id, sha256 }, signal) => {
    const prompt = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
    try {
      const answer = await prompt.question('Allow this once? Type "yes" to allow, anything else denies: ', { signal });
      const approval: Approval = {
        subject: { kind: 'elevation', id, sha256 },
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
