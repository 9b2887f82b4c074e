import { type Approval, readIdentity } from '@codex-orch/core';
import type { CliContext } from '../context.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';

/** The person at this command, as approvals name them. Where git knows no address of theirs, they are told what their word counts as. */
export async function decidingHuman({ process }: CliContext, root: string): Promise<Approval['by']> {
  const { stderr, env } = process;
  const { name, email } = await readIdentity(root, env);
  if (email === '')
    stderr.write(
      `${paletteFor(stderr, env).yellow('warning')} Git knows no user.email here, so this counts as said by "${visibleLine(name)}", which anybody can be. Say who you are:\n` +
        `        git config --global user.name "Your Name" && git config --global user.email you@example.org\n`,
    );
  return { actor: 'human', name, email };
}
