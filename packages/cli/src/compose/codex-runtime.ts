import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type CodexDriver,
  type LintRunner,
  maskSecretsInFiles,
  OrchError,
  type Redactor,
  type ResolvedConfig,
} from '@codex-orch/core';
import {
  type AppServerTransport,
  type CodexLaunch,
  type CodexProbe,
  type DriverMode,
  isHomeInUse,
  prepareConfinedHome,
  probeCodex,
  type SandboxReport,
  selectDriver,
} from '@codex-orch/mcp-adapter';
import { ConfinedLinter } from './lint/confined-linter.js';
import { keyEnvironment, type ModelAccess } from './model-access.js';
import { lintLaunch } from './test-launcher.js';

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
  /** The work trees that Codex gets. */
  readonly workTrees: readonly string[];
  readonly homeDir: string;
  /** What no command may read; absolute paths. */
  readonly hidden: readonly string[];
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  /** Whether a turn of the run waits for an answer. Without it, Codex never outlives this process. */
  readonly waits?: (() => Promise<boolean>) | undefined;
}

/** The Codex of one run, or of all lanes: found, given its private home, and reachable through a driver that has not started it yet. */
export interface CodexRuntime {
  readonly probe: CodexProbe;
  readonly mode: DriverMode;
  readonly driver: CodexDriver;
  readonly launch: CodexLaunch;
  /** What the sandbox is worth on this machine; tried once. */
  readonly sandbox: () => Promise<SandboxReport>;
  /** What no command that is started beside Codex may read either; absolute paths. */
  readonly hidden: readonly string[];
  /** Our lint rules, confined as the tests are. */
  readonly linter: LintRunner;
  /** Ends Codex, and takes out of its home what secrets its threads repeat. */
  readonly close: () => Promise<void>;
}

/** The part of Codex that confines commands. */
export type ConfiningCodex = Pick<CodexRuntime, 'launch' | 'sandbox' | 'hidden'>;

/** Throws what probing and preparing throw, and {@link ModelAccessMissingError}. */
export async function openCodexRuntime({
  config,
  access,
  env,
  repositoryRoot,
  workTrees,
  homeDir,
  hidden,
  redactor,
  signal,
  waits,
}: CodexRuntimeOptions): Promise<CodexRuntime> {
  const probe = await probeCodex({ path: config.codex.path, env, untrustedRoot: repositoryRoot, signal });
  if (access.missing !== undefined) throw new ModelAccessMissingError(access.missing, probe.binary);
  const { launch, sandbox } = await prepareConfinedHome({
    dir: homeDir,
    projectRoot: [repositoryRoot, ...workTrees],
    provider: access.codex.provider,
    auth: access.codex.auth,
    model: config.codex.model,
    redactor,
    codex: probe,
    env,
    hidden,
    signal,
  });
  const { home } = launch;
  const { driver, mode } = selectDriver({
    probe,
    requested: config.codex.driver,
    home,
    env,
    extraEnv: keyEnvironment(access),
    transport: waits ? await transportFor(home.dir, config.approvals.holdMinutes, waits) : 'stdio',
  });
  const tried = (): Promise<SandboxReport> => Promise.resolve(sandbox);
  const linter = new ConfinedLinter({
    launch: (command, folder) =>
      lintLaunch(command, folder, { config, codex: { launch, sandbox: tried, hidden }, env }),
  });
  const close = async (): Promise<void> => {
    try {
      await linter.close();
    } finally {
      await driver.close();
      // A Codex that goes on has its files open; whoever ends it does this then.
      if (!driver.holdsTurn) await maskSecretsInFiles(home.dir, redactor);
    }
  };
  return { probe, mode, driver, launch, sandbox: tried, hidden, linter, close };
}

/** The limit of a socket's path, its closing zero included, on the system that allows least. */
const maxSocketPath = 103;

/** Over a socket, where Codex is to outlive this process while a question waits, or one that did so is still there. */
async function transportFor(
  homeDir: string,
  minutes: number,
  waits: () => Promise<boolean>,
): Promise<AppServerTransport> {
  const socket = path.join(homeDir, 'socket');
  // A Codex in which nothing waits any more was left by a process that was killed: what it still does is nobody's work.
  if (!(await waits())) await endHeldCodex(homeDir);
  const wasHeld = await lstat(socket).then(
    (entry) => entry.isSocket(),
    () => false,
  );
  if ((minutes === 0 && !wasHeld) || Buffer.byteLength(socket) > maxSocketPath) return 'stdio';
  return { socket, hold: { file: holdFile(homeDir), minutes: Math.max(minutes, 1) } };
}

const holdFile = (homeDir: string): string => path.join(homeDir, 'hold');

/** How long a Codex that nothing holds may take to end. */
const endLimitMs = 10_000;

/** Ends a Codex that lives on for an answer which nobody waits for any more. */
export async function endHeldCodex(homeDir: string): Promise<void> {
  await rm(holdFile(homeDir), { force: true });
  const limit = performance.now() + endLimitMs;
  while (performance.now() < limit && (await isHomeInUse(homeDir))) await delay(100);
  if (!(await isHomeInUse(homeDir))) await rm(path.join(homeDir, 'socket'), { force: true });
}
