import path from 'node:path';
import type { CloudDriver } from '@codex-orch/cloud-adapter';
import { type CodexEvent, type OpenTeam, type Redactor, type ResolvedConfig, type Team } from '@codex-orch/core';
import { createTeam } from '@codex-orch/roles';
import type { CodexRuntime } from './codex-runtime.js';
import { ElevationDesk, type ElevationDeskOptions } from './elevation-desk.js';
import type { ModelAccess } from './model-access.js';
import type { Notary } from './notary.js';
import { roleModel } from './role-model.js';
import { testsOf } from './run-tests.js';
import { Transcript } from './transcript.js';

export interface TeamParts {
  readonly config: ResolvedConfig;
  readonly access: ModelAccess;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly codex: CodexRuntime;
  /** The builder's driver where a goal is built in the cloud; all else is done with the Codex of this machine. */
  readonly cloud?: CloudDriver | undefined;
  readonly redactor: Redactor;
  readonly onCodexEvent?: ((event: CodexEvent) => void) | undefined;
  readonly onWaiting?: ElevationDeskOptions['onWaiting'];
  readonly askHere?: ElevationDeskOptions['askHere'];
  readonly notary: Notary;
  /** How often a turn that crashed is taken up again; roles' own default when absent. */
  readonly crashRetries?: number | undefined;
}

/** The team of one run, with the driver, the workspace and the commands that it works with. */
export function openTeam(parts: TeamParts, opened: OpenTeam): Team & AsyncDisposable {
  const { workspace, store, currentTree } = opened;
  const { config, codex, redactor } = parts;
  const transcript = new Transcript(store);
  const desk = new ElevationDesk({
    store,
    notary: parts.notary,
    policy: config.approvals.elevation,
    patienceMs: config.approvals.timeoutSeconds * 1000,
    onWaiting: parts.onWaiting,
    askHere: parts.askHere,
  });
  const team = createTeam({
    model: roleModel(parts),
    builder: {
      driver: parts.cloud ?? codex.driver,
      model:
        config.codex.model ??
        (parts.access.codex.provider && parts.access.roles.kind === 'api' ? parts.access.roles.model : undefined),
      sandbox: config.codex.sandbox,
      approvalPolicy: config.codex.approvalPolicy,
      idleTimeoutMs: config.codex.idleTimeoutSeconds * 1000,
      crashRetries: parts.crashRetries,
      // What is asked, recorded and answered is one request: the redacted one.
      onApproval: (request, signal, step) => desk.decide(redactor.json(request), signal, step),
      openElevations: () => store.state.elevations,
      onEvent: (said) => {
        const event = redactor.json(said);
        const shown =
          event.type === 'patch'
            ? {
                ...event,
                paths: event.paths.map((file) => path.relative(workspace.tree, path.resolve(workspace.tree, file))),
              }
            : event;
        transcript.note(shown);
        parts.onCodexEvent?.(shown);
      },
      beforeTurn: ({ signal }) => workspace.restore(currentTree(), { signal }),
    },
    runTests: testsOf(parts, opened),
  });
  return {
    handOff: (request) => team.handOff(request),
    [Symbol.asyncDispose]: async () => {
      await parts.cloud?.close();
      await codex.close();
      await transcript[Symbol.asyncDispose]();
    },
  };
}
