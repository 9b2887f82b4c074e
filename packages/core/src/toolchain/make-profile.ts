import type { ToolchainProfile } from './profile.js';

export const makeProfile: ToolchainProfile = {
  name: 'make',
  detect: async (files) => {
    // In the order in which make looks for them.
    const file = await files.firstOf(['GNUmakefile', 'makefile', 'Makefile']);
    if (file === undefined) return undefined;
    // A rule, not an assignment such as "test := x" or "test ::= x".
    const hasTarget = /^test[ \t]*::?(?![:=])/m.test((await files.text(file)) ?? '');
    return hasTarget
      ? { commands: [['make', 'test']], setup: [], reason: `${file} has a "test" target` }
      : { commands: [], setup: [], reason: `${file} has no "test" target` };
  },
};
