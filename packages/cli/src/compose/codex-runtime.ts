import { type CodexDriver, maskSecretsInFiles, OrchError, type Redactor, type ResolvedConfig } from '@codex-orch/core';
import {
  childEnvironment,
  type CodexLaunch,
  type CodexProbe,
  type DriverMode,
  prepareCodexHome,
  probeCodex,
  probeSandbox,
  type SandboxReport,
  selectDriver,
} from '@codex-orch/mcp-adapter';
import { keyEnvironment, type ModelAccess } from './model-access.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Nothing can answer a prompt. */
class ModelAccessMissingError extends OrchError {
  readonly code = 'not-logged-in';
  override readonly interrupts = true;

  constructor(missing: string, binary: string) {
    super(`No model can be reached: ${missing}.`, {
      hint: `Run "${binary} login", or set OPENAI_API_KEY, or name a provider in your configuration (model.provider).`,
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
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
}

/** The Codex of one run: found, given its private home, and reachable through a driver that has not started it yet. */
export interface CodexRuntime {
  readonly probe: CodexProbe;
  readonly mode: DriverMode;
  readonly driver: CodexDriver;
  readonly launch: CodexLaunch;
  /** What the sandbox is worth on this machine; tried once. */
  readonly sandbox: () => Promise<SandboxReport>;
  /** Ends Codex, and takes out of its home what secrets its threads repeat. */
  readonly close: () => Promise<void>;
}

/** Throws what probing and preparing throw, and {@link ModelAccessMissingError}. */
export async function openCodexRuntime({
  config,
  access,
  env,
  repositoryRoot,
  workTree,
  homeDir,
  redactor,
  signal,
}: CodexRuntimeOptions): Promise<CodexRuntime> {
  const probe = await probeCodex({ path: config.codex.path, env, untrustedRoot: repositoryRoot, signal });
  if (access.missing !== undefined) throw new ModelAccessMissingError(access.missing, probe.binary);
  const home = await prepareCodexHome({
    dir: homeDir,
    projectRoot: [repositoryRoot, workTree],
    provider: access.codex.provider,
    auth: access.codex.auth,
    model: config.codex.model,
  });
  const { driver, mode } = selectDriver({
    probe,
    requested: config.codex.driver,
    home,
    env,
    extraEnv: keyEnvironment(access),
  });
  const launch = { binary: probe.binary, version: probe.version, home, env: childEnvironment({ home, from: env }) };
  let sandbox: Promise<SandboxReport> | undefined;
  const close = async (): Promise<void> => {
    await driver.close();
    await maskSecretsInFiles(home.dir, redactor);
  };
  return { probe, mode, driver, launch, sandbox: () => (sandbox ??= probeSandbox(launch)), close };
}
