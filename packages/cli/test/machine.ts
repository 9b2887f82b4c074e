import { createWorkspace, openRepository, Redactor, RunLayout, type RunLocation } from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import type { BringHereOptions } from '../src/compose/fleet-database/bring-here.js';
import { noteRun } from '../src/compose/noted-runs.js';
import { workspaceDir } from '../src/compose/orch-home.js';

/** A machine that may go on with a run, in a repository and with a home of its own. */
export interface Machine {
  readonly location: RunLocation;
  readonly options: BringHereOptions;
}

export interface MachineOptions {
  readonly name: string;
  readonly repo: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly runId: string;
  readonly store: ArtifactStore;
  /** Called with every action that the audit log of the machine would have, and what it is about. */
  readonly onRecord?: (entry: string) => void;
}

export async function machineOf({ name, repo, home, env, runId, store, onRecord }: MachineOptions): Promise<Machine> {
  const repository = await openRepository(repo);
  const own = { ...env, CODEX_ORCH_HOME: home };
  const layout = new RunLayout(repository.root);
  return {
    location: layout.place('adhoc', runId),
    options: {
      orchestrator: {
        stopping: new AbortController().signal,
        release: () => Promise.resolve(),
        makeWorkspace: (_run, commit) => createWorkspace({ repository, commit, dir: workspaceDir(own, runId) }),
      },
      repositoryRoot: repository.root,
      env: own,
      store,
      redactor: new Redactor(),
      notary: {
        check: () => Promise.resolve(),
        recorded: (_actor, { action, subject }, act) => {
          onRecord?.(`${action} ${subject?.id ?? ''}`);
          return act();
        },
      },
      worker: name,
      makePlace: async (place) => {
        await noteRun(own, place);
        await layout.make(place);
      },
    },
  };
}
