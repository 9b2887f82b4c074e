import path from 'node:path';
import { absoluteFrom, ownPathFrom, userHome } from '@codex-orch/core';

type Env = Readonly<Record<string, string | undefined>>;

/** Where the orchestrator keeps what belongs to no repository: work trees and private Codex homes. */
export const orchHome = (env: Env): string =>
  ownPathFrom(env, 'CODEX_ORCH_HOME') ??
  path.join(absoluteFrom(env, 'XDG_STATE_HOME') ?? path.join(userHome(env), '.local', 'state'), 'codex-orch');

export const workspaceDir = (env: Env, runId: string): string => path.join(orchHome(env), 'workspaces', runId);

export const codexHomeDir = (env: Env, runId: string): string => path.join(orchHome(env), 'codex', runId);

/** Notes of which runs there are, and in which repositories. */
export const runsDir = (env: Env): string => path.join(orchHome(env), 'runs');

/** The user's own Codex home. */
export const userCodexHome = (env: Env): string =>
  absoluteFrom(env, 'CODEX_HOME') ?? path.join(userHome(env), '.codex');
