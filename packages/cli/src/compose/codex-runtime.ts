import { type CodexDriver, OrchError, type ResolvedConfig } from '@codex-orch/core';
import { type CodexProbe, type DriverMode, prepareCodexHome, probeCodex, selectDriver } from '@codex-orch/mcp-adapter';
import type { ModelAccess } from './model-access.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Nothing can answer a prompt. */
class ModelAccessMissingError extends OrchError {
  readonly code = 'not-logged-in';

  constructor(missing: string) {
    super(`No model can be reached: ${missing}.`, {
      hint: 'Run "codex login", or set OPENAI_API_KEY, or name a provider in your configuration (model.provider).',
    });
  }
}

export interface CodexRuntimeOptions {
  readonly config: ResolvedConfig;
  readonly access: ModelAccess;
  readonly env: Env;
  /** The repository that is worked on: nothing in it is trusted. */
  readonly repositoryRoot: string;
  /** The work tree that Codex gets. */
  readonly workTree: string;
  readonly homeDir: string;
  readonly signal: AbortSignal;
}

/** The Codex of one run: found, given its private home, and reachable through a driver that has not started it yet. */
export interface CodexRuntime {
  readonly probe: CodexProbe;
  readonly mode: DriverMode;
  readonly driver: CodexDriver;
}

/** Throws what probing and preparing throw, and {@link ModelAccessMissingError}. */
export async function openCodexRuntime({
  config,
  access,
  env,
  repositoryRoot,
  workTree,
  homeDir,
  signal,
}: CodexRuntimeOptions): Promise<CodexRuntime> {
  const probe = await probeCodex({ path: config.codex.path, env, untrustedRoot: repositoryRoot, signal });
  if (access.missing !== undefined) throw new ModelAccessMissingError(access.missing);
  const home = await prepareCodexHome({
    dir: homeDir,
    projectRoot: [repositoryRoot, workTree],
    provider: access.codex.provider,
    auth: access.codex.auth,
    model: config.codex.model,
  });
  const { driver, mode } = selectDriver({ probe, requested: config.codex.driver, home, env });
  return { probe, mode, driver };
}
