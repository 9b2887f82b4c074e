import type { CodexSandbox } from '@codex-orch/core';

/**
 * The sandbox of one turn, as `turn/start` takes it; undefined for a thread's own, which is always `read-only`: a thread that may write
 * from its start makes Codex trust the project, and run what the project's own configuration names.
 */
export function turnSandbox(sandbox: CodexSandbox): Readonly<Record<string, unknown>> | undefined {
  switch (sandbox) {
    case 'read-only':
      return undefined;
    case 'workspace-write':
      return {
        type: 'workspaceWrite',
        writableRoots: [],
        networkAccess: false,
        excludeTmpdirEnvVar: true,
        excludeSlashTmp: true,
      };
    case 'danger-full-access':
      return { type: 'dangerFullAccess' };
  }
}
