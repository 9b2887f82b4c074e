import { detectTestCommands, OrchError, type Preflight, type ResolvedConfig, type Workspace } from '@codex-orch/core';
import type { CodexRuntime } from './codex-runtime.js';
import type { ModelAccess } from './model-access.js';

export interface PreflightOptions {
  readonly config: ResolvedConfig;
  readonly access: ModelAccess;
  readonly workspace: Workspace;
  readonly openCodex: () => Promise<CodexRuntime>;
  /** Said to the user beside the facts. */
  readonly notes: readonly string[];
}

/** Which commands test this work tree: those that were configured, else those of its toolchain. */
async function testCommandsOf(
  config: ResolvedConfig,
  tree: string,
): Promise<{ readonly commands: readonly (readonly string[])[]; readonly reason: string }> {
  if (config.tests.commands) return { commands: config.tests.commands, reason: 'configured' };
  return detectTestCommands(tree);
}

/** Checks everything that can be known before any token is spent. */
export async function runPreflight({
  config,
  access,
  workspace,
  openCodex,
  notes,
}: PreflightOptions): Promise<Preflight> {
  let codex: CodexRuntime;
  try {
    codex = await openCodex();
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return refusal(error.code, error.message, error.hint);
  }
  const auth = await codex.driver.auth();
  if (auth.state === 'logged-out') {
    return refusal(
      'not-logged-in',
      `Codex has no credentials${auth.detail === undefined ? '.' : `: ${auth.detail}`}`,
      'Run "codex login", or set the key of your provider.',
    );
  }
  const { commands, reason } = await testCommandsOf(config, workspace.tree);
  if (commands.length === 0 && config.tests.required) {
    return refusal(
      'no-tests',
      `No test command is known for this repository: ${reason}.`,
      'Pass --test "<command>", set tests.commands, or accept untested work with --no-tests.',
    );
  }
  const { roles } = access;
  return {
    ok: true,
    facts: {
      mode: codex.mode,
      codex: { version: codex.probe.version, driver: codex.mode.used, path: codex.probe.binary },
      model: {
        codex: config.codex.model ?? null,
        roles: roles.kind === 'api' ? roles.model : `${roles.model ?? "Codex's default model"}, through Codex`,
        provider: access.label,
      },
      testCommands: commands.map((command) => [...command]),
      notes: [...notes],
    },
  };
}

const refusal = (code: string, message: string, hint: string | undefined): Preflight => ({
  ok: false,
  refusal: { code, message, ...(hint === undefined ? {} : { hint }) },
});
