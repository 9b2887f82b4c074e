import os from 'node:os';
import path from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** Where the orchestrator keeps what belongs to no repository: work trees and private Codex homes. */
const orchHome = (env: Env): string =>
  env['CODEX_ORCH_HOME'] ??
  path.join(env['XDG_STATE_HOME'] ?? path.join(env['HOME'] ?? os.homedir(), '.local', 'state'), 'codex-orch');

export const workspaceDir = (env: Env, runId: string): string => path.join(orchHome(env), 'workspaces', runId);

export const codexHomeDir = (env: Env, runId: string): string => path.join(orchHome(env), 'codex', runId);

/** The user's own Codex home. */
export const userCodexHome = (env: Env): string =>
  env['CODEX_HOME'] ?? path.join(env['HOME'] ?? os.homedir(), '.codex');
