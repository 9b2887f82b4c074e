import type { ToolchainProfile } from './profile.js';

export const goProfile: ToolchainProfile = {
  name: 'go',
  detect: async (files) => {
    if (await files.has('go.mod'))
      return { commands: [['go', 'test', './...']], setup: [['go', 'mod', 'download']], reason: 'go.mod is there' };
    const workspace = await files.text('go.work');
    if (workspace === undefined) return undefined;
    // In a workspace without a module at its root, "./..." matches nothing.
    const modules = [...workspace.matchAll(/^\s*(?:use\s+)?(\.\/[^\s()"]+)\s*$/gm)].map(
      (match) => `${match[1] ?? '.'}/...`,
    );
    if (modules.length === 0) return { commands: [], setup: [], reason: 'go.work names no module' };
    return { commands: [['go', 'test', ...modules]], setup: [['go', 'mod', 'download']], reason: 'go.work is there' };
  },
};
