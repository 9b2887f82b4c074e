import { chmod, stat } from 'node:fs/promises';
import path from 'node:path';
import { absoluteFrom, makeFolder, OrchError, ownPathFrom, userHome, writeError } from '@codex-orch/core';

type Env = Readonly<Record<string, string | undefined>>;

/** Where the orchestrator keeps what belongs to no repository: work trees and private Codex homes. */
export const orchHome = (env: Env): string =>
  ownPathFrom(env, 'CODEX_ORCH_HOME') ??
  path.join(absoluteFrom(env, 'XDG_STATE_HOME') ?? path.join(userHome(env), '.local', 'state'), 'codex-orch');

export const workspaceDir = (env: Env, runId: string): string => path.join(orchHome(env), 'workspaces', runId);

export const codexHomeDir = (env: Env, runId: string): string => path.join(orchHome(env), 'codex', runId);

/** Notes of which runs there are, and in which repositories. */
export const runsDir = (env: Env): string => path.join(orchHome(env), 'runs');

/** What others could write to, or could have put there, is no place for work trees and Codex homes. */
class StateFolderUnsafeError extends OrchError {
  readonly code = 'state-folder-unsafe';

  constructor(folder: string, why: string) {
    super(`${folder} cannot hold the state of codex-orch: ${why}.`, {
      hint: 'Move it away if you did not make it yourself, or name a folder of your own in CODEX_ORCH_HOME.',
    });
  }
}

/**
 * Makes the state folder and what is in it, and closes them to everybody but their owner, also where an earlier version or another
 * program left them open. The modes of what is below them then do not matter.
 *
 * Throws {@link StateFolderUnsafeError}, `NotWritableError` and `DiskFullError`.
 */
export async function secureOrchHome(env: Env): Promise<void> {
  const home = orchHome(env);
  for (const folder of [home, ...['workspaces', 'codex', 'runs'].map((name) => path.join(home, name))]) {
    await makeFolder(folder, { mode: 0o700 });
    const { uid, mode } = await stat(folder);
    const user = process.getuid?.();
    if (user !== undefined && uid !== user) throw new StateFolderUnsafeError(folder, `it belongs to user ${uid}`);
    if ((mode & 0o077) === 0) continue;
    await chmod(folder, 0o700).catch((error: unknown) => {
      throw writeError(folder, error);
    });
  }
}

/** The user's own Codex home. */
export const userCodexHome = (env: Env): string =>
  absoluteFrom(env, 'CODEX_HOME') ?? path.join(userHome(env), '.codex');
