import {
  detectTestCommands,
  interruptsRun,
  OrchError,
  type Preflight,
  type ResolvedConfig,
  type Workspace,
} from '@codex-orch/core';
import { keepsApprovedInside, type SandboxReport } from '@codex-orch/mcp-adapter';
import type { TaskRefusal } from '@codex-orch/spec-guard';
import { cloudMode } from './cloud/cloud-mode.js';
import type { GoalCloud } from './cloud/goal-cloud.js';
import type { FoundOffers } from './asset/open-library.js';
import type { CodexRuntime } from './codex-runtime.js';
import { SandboxUnavailableError } from './errors.js';
import type { ModelAccess } from './model-access.js';

export interface PreflightOptions {
  readonly config: ResolvedConfig;
  /** Asked once Codex is open. */
  readonly openAccess: () => Promise<ModelAccess>;
  readonly workspace: Workspace;
  /** Why the specs of the task do not let it be worked on; undefined when they do. */
  readonly specGate: () => Promise<TaskRefusal | undefined>;
  readonly openCodex: () => Promise<CodexRuntime>;
  /** The way into the cloud, for a goal that is built there. */
  readonly openCloud: () => Promise<GoalCloud | undefined>;
  /** What the planner may use; asked when all else is well. */
  readonly offers: () => Promise<FoundOffers>;
  /** Said to the user beside the facts. */
  readonly notes: readonly string[];
  /** Aborted when the run is to stop. */
  readonly signal: AbortSignal;
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
  openAccess,
  workspace,
  specGate,
  openCodex,
  openCloud,
  offers: findOffers,
  notes,
  signal,
}: PreflightOptions): Promise<Preflight> {
  let codex: CodexRuntime;
  let cloud: GoalCloud | undefined;
  try {
    // First, as it costs least, and what is refused here needs no Codex.
    const refused = await specGate();
    if (refused) return refusal(refused.code, refused.message, refused.hint);
    codex = await openCodex();
    cloud = await openCloud();
  } catch (error) {
    signal.throwIfAborted();
    // A disk that fails says nothing about whether the goal may start.
    if (!(error instanceof OrchError) || interruptsRun(error.cause)) throw error;
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
  const sandbox = config.tests.sandbox === 'required' && commands.length > 0 ? await codex.sandbox() : undefined;
  if (sandbox?.working === false) {
    const { code, message, hint } = new SandboxUnavailableError(sandbox.detail);
    return refusal(code, message, hint);
  }
  let found: FoundOffers;
  try {
    found = await findOffers();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof OrchError) || interruptsRun(error)) throw error;
    return refusal(error.code, error.message, error.hint);
  }
  const access = await openAccess();
  const { roles } = access;
  const mode = cloud ? cloudMode('cloud', cloud.environment) : codex.mode;
  return {
    ok: true,
    ...(found.offers.length > 0 ? { offers: [...found.offers] } : {}),
    facts: {
      mode,
      codex: { version: codex.probe.version, driver: mode.used, path: codex.probe.binary },
      model: {
        codex: config.codex.model ?? null,
        roles: roles.kind === 'api' ? roles.model : `${roles.model ?? "Codex's default model"}, through Codex`,
        provider: access.label,
      },
      testCommands: commands.map((command) => [...command]),
      notes: [
        ...notes,
        ...found.notes,
        ...credentialNotes(codex),
        ...(commands.length > 0 ? [confinement(config, sandbox)] : []),
      ],
    },
  };
}

/** Says where credentials are not out of the reach of the commands that Codex runs, or what keeping them out of it costs. */
function credentialNotes({ launch, probe }: CodexRuntime): readonly string[] {
  if (!launch.home.confined)
    return ["The commands that Codex runs can read what you can, credentials too: Codex's sandbox does not work here."];
  if (!keepsApprovedInside(probe.version)) return [];
  return [
    `Codex ${probe.version} lets no command out of its sandbox while your credentials are hidden: what you approve runs inside, and may fail.`,
  ];
}

/** Says what the tests may do, as that explains failures which the user's own run of them does not show. */
function confinement({ tests }: ResolvedConfig, sandbox: SandboxReport | undefined): string {
  if (!sandbox) return 'Tests run outside any sandbox, as you: your configuration says so (tests.sandbox).';
  if (tests.network) return "Tests run inside Codex's sandbox, with the network, as your configuration allows.";
  const loopback = sandbox.bubblewrap === undefined ? 'not even on loopback' : 'but with a loopback of their own';
  return `Tests run inside Codex's sandbox without the network, ${loopback}.`;
}

const refusal = (code: string, message: string, hint: string | undefined): Preflight => ({
  ok: false,
  refusal: { code, message, ...(hint === undefined ? {} : { hint }) },
});
