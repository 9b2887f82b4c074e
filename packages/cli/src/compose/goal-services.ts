import {
  type CodexEvent,
  dirtyPaths,
  type GoalInput,
  type GoalServices,
  type RecordedEvent,
  type Redactor,
  type Repository,
  type ResolvedConfig,
  type RunLayout,
  type RunLocation,
  RunMovedError,
  RunStore,
} from '@codex-orch/core';
import { counted } from '../print/counted.js';
import { openLibrary } from './asset/open-library.js';
import { type CloudSharing, CloudWay } from './cloud/cloud-way.js';
import type { CodexPool } from './codex-pool.js';
import type { ElevationDeskOptions } from './elevation-desk.js';
import { laneCrashRetries } from './lanes/lane-codex.js';
import type { ModelAccess } from './model-access.js';
import type { Notary } from './notary.js';
import { assertNoted, fleetOf } from './noted-runs.js';
import { openTeam } from './open-team.js';
import { secureOrchHome } from './orch-home.js';
import { runPreflight } from './preflight.js';
import { openRunWorkspace } from './run-workspace.js';
import type { RunsAtWork } from './runs-at-work.js';

/** Goals that belong to no task of a registry. */
const noTask = 'adhoc';

/** Whom runs tell what happens in them, and whom they ask. */
export interface RunListeners {
  readonly onEvent?: ((event: RecordedEvent, runId: string) => void) | undefined;
  readonly onCodexEvent?: ((event: CodexEvent, runId: string) => void) | undefined;
  readonly onWaiting?: ElevationDeskOptions['onWaiting'];
  readonly askHere?: ElevationDeskOptions['askHere'];
  /** Awaited whenever a part of a run is finished and nothing is at work. */
  readonly onCheckpoint?: ((location: RunLocation) => Promise<void>) | undefined;
  readonly cloudSharing?: CloudSharing | undefined;
}

export interface GoalServicesParts extends RunListeners {
  readonly repository: Repository;
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Redactor;
  readonly layout: RunLayout;
  readonly notary: Notary;
  readonly codex: CodexPool;
  readonly atWork: RunsAtWork;
  readonly openAccess: () => Promise<ModelAccess>;
}

/** What the workflow of goals needs of the world, for the runs of one repository on this machine. */
export function goalServices(parts: GoalServicesParts): GoalServices {
  const { repository, config, env, redactor, layout, notary, codex, atWork, openAccess } = parts;
  const { onEvent, onCodexEvent, onWaiting, askHere, onCheckpoint, cloudSharing: sharing } = parts;
  const library = openLibrary(config, notary);
  const cloud = new CloudWay({ config, env, redactor, repository, layout, sharing });
  return {
    redactor,
    assets: library,
    checkApproval: notary.check,
    checkpoint: async (runId) => onCheckpoint?.(await layout.find(runId)),
    openStore: async (runId) => {
      const store = await RunStore.open(await layout.find(runId), {
        onEvent: (recorded) => {
          atWork.recorded(runId, recorded);
          onEvent?.(recorded, runId);
        },
        redactor,
        seal: notary.seal,
      });
      atWork.opened(runId, store);
      return store;
    },
    openWorkspace: async ({ runId, repository: at, base }, signal) => {
      await assertNoted(env, await layout.find(runId));
      await secureOrchHome(env);
      // The journal lies in the repository, and must not lead to another one.
      if (at !== repository.root) throw new RunMovedError(runId, at, repository.root);
      const workspace = await openRunWorkspace({ env, repository, runId, commit: base.commit, signal });
      await workspace.linkDependencies(repository, config.tests.dependencies, { signal });
      return workspace;
    },
    preflight: async (input, workspace, signal) =>
      runPreflight({
        config,
        openAccess,
        workspace,
        signal,
        notes: await notesOnCheckout(repository, input, signal),
        specGate: async () => {
          // Most goals are of no task, and need nothing of it.
          if (input.taskId === noTask) return undefined;
          const { specGate } = await import('./spec-gate.js');
          const commit = (await fleetOf(env, input.runId))?.base ?? input.base.commit;
          return specGate({ root: repository.root, commit, taskId: input.taskId, signal });
        },
        openCodex: () => codex.open(input.runId, workspace.tree, signal),
        openCloud: () => cloud.find(input, signal),
        offers: () => library.offers({ root: workspace.tree, goal: input.goal, signal }),
      }),
    openTeam: async (opened) => {
      const { runId } = opened.input;
      const own = await codex.open(runId, opened.workspace.tree, opened.signal);
      const access = await openAccess();
      return openTeam(
        {
          config,
          access,
          env,
          codex: own,
          cloud: await cloud.driver(opened, { config, access, codex: own }),
          redactor,
          onCodexEvent: (event) => {
            atWork.heard(runId, event);
            onCodexEvent?.(event, runId);
          },
          onWaiting,
          askHere,
          notary,
          crashRetries: (await fleetOf(env, runId))?.sharesCodex ? laneCrashRetries : undefined,
        },
        opened,
      );
    },
  };
}

/** What is worth knowing of the user's checkout before the work starts. */
async function notesOnCheckout(
  repository: Repository,
  { base }: GoalInput,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const dirty = await dirtyPaths(repository, undefined, { signal });
  if (dirty.length === 0) return [];
  const are = dirty.length === 1 ? 'is' : 'are';
  return [
    `${counted(dirty.length, 'uncommitted change')} in your checkout ${are} not part of the work: it starts from ${base.commit.slice(0, 10)}.`,
  ];
}
