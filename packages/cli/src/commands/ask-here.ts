import { createInterface } from 'node:readline/promises';
import type { Approval } from '@codex-orch/core';
import type { OpenElevation } from '../compose/elevation-desk.js';
import type { Notary } from '../compose/notary.js';
import type { CliContext } from '../context.js';
import { decidingHuman } from './deciding-human.js';

/** Asks the person at this terminal about one elevation; undefined where nobody sits. */
export function askHere(
  context: CliContext,
  repositoryRoot: string,
  notary: Notary,
): ((elevation: OpenElevation, signal: AbortSignal) => Promise<Approval>) | undefined {
  const { process } = context;
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async ({ id, sha256 }, signal) => {
    const prompt = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
    try {
      const answer = await answerTo(id, (text) => prompt.question(text, { signal }));
      const approval: Approval = {
        subject: { kind: 'elevation', id, sha256 },
        decision: answer,
        by: await decidingHuman(context, repositoryRoot),
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

/** Asks until the answer is one to this very request: a word that was typed before it was asked must not decide it. */
async function answerTo(id: string, question: (text: string) => Promise<string>): Promise<Approval['decision']> {
  for (;;) {
    const words = (await question(`Allow ${id} once? Type "yes ${id}" to allow it, "no ${id}" to deny it: `))
      .trim()
      .toLowerCase();
    if (words === `yes ${id}`) return 'approved';
    if (words === `no ${id}`) return 'rejected';
  }
}
