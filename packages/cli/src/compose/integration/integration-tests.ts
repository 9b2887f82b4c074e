import {
  detectTestCommands,
  OrchError,
  type Redactor,
  type Repository,
  type ResolvedConfig,
  type TestReport,
  type Workspace,
} from '@codex-orch/core';
import type { TestTree } from '@codex-orch/core/integration';
import { prepareConfinedHome, probeCodex } from '@codex-orch/mcp-adapter';
import { runTestCommands } from '@codex-orch/roles';
import type { ConfiningCodex } from '../codex-runtime.js';
import { hiddenPaths } from '../hidden-paths.js';
import { openTestLauncher } from '../test-launcher.js';

export interface IntegrationTestsParts {
  readonly repository: Repository;
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Redactor;
  /** A folder for the Codex that confines the tests. */
  readonly codexHome: string;
  /** Absolute path of the folder of the record. */
  readonly dir: string;
}

/** Nothing is known that could test what is integrated. */
class NoIntegrationTestsError extends OrchError {
  readonly code = 'no-tests';

  constructor(reason: string) {
    super(`No test command is known for this repository: ${reason}.`, {
      hint: 'Pass --test "<command>", set tests.commands, or accept untested work with --no-tests.',
    });
  }
}

/** The commands that test a work tree; none where untested work is accepted. Throws {@link NoIntegrationTestsError}. */
export async function integrationCommands(
  { tests }: ResolvedConfig,
  workspace: Workspace,
): Promise<readonly (readonly string[])[]> {
  if (tests.commands) return tests.commands;
  const { commands, reason } = await detectTestCommands(workspace.tree);
  if (commands.length === 0 && tests.required) throw new NoIntegrationTestsError(reason);
  return commands;
}

/** Runs the tests of an integration as those of a goal are run: in Codex's sandbox, without credentials. */
export function integrationTests(parts: IntegrationTestsParts): (tests: TestTree) => Promise<TestReport> {
  const { config, env, redactor, dir } = parts;
  let codex: Promise<ConfiningCodex> | undefined;
  return async ({ workspace, commands, logPrefix, signal }) => {
    // Where nothing is confined, no Codex is needed.
    const confined =
      config.tests.sandbox === 'off' ? unconfined : await (codex ??= confiningCodex(parts, workspace, signal));
    return runTestCommands({
      cwd: workspace.tree,
      commands,
      filter: () => redactor.byteStream(),
      launch: await openTestLauncher({ config, codex: confined, env, workspace }),
      timeoutMs: config.tests.timeoutSeconds * 1000,
      runDir: dir,
      logPrefix,
      signal,
    });
  };
}

const unconfined = {} as ConfiningCodex;

/** A Codex that is only asked to confine commands: it reaches no model. */
async function confiningCodex(
  { repository, config, env, redactor, codexHome }: IntegrationTestsParts,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<ConfiningCodex> {
  const probe = await probeCodex({ path: config.codex.path, env, untrustedRoot: repository.root, signal });
  const hidden = hiddenPaths(config, env);
  const { launch, sandbox } = await prepareConfinedHome({
    dir: codexHome,
    projectRoot: [repository.root, workspace.tree],
    auth: { kind: 'none' },
    redactor,
    codex: probe,
    env,
    hidden,
    signal,
  });
  return { launch, hidden, sandbox: () => Promise.resolve(sandbox) };
}
