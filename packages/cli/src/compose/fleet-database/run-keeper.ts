import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal, type GoalPhase, LockedError, OrchError, type RunLocation } from '@codex-orch/core';
import type { CloudRecord } from '@codex-orch/cloud-adapter';
import type { RunPointer } from '@codex-orch/engine-dbos';
import { bringHere, type BringHereOptions, isNewest } from './bring-here.js';
import { CloudTaskNotKeptError, RunMoveNotKeptError, RunNotBroughtError, RunNotKeptError } from './errors.js';
import { isBehind, keptTasks, readTasks } from './kept-tasks.js';
import { asJson, type RemoteStanding } from './remote-goal.js';
import { type KeptRun, keptRunOf } from './run-snapshot.js';
import { storeRun } from './store-run.js';

export interface RunKeeperOptions extends Omit<BringHereOptions, 'makePlace' | 'admit'> {
  /** The run's place in the database, as the present execution of its goal may change it. */
  readonly pointerOf: (runId: string) => Pick<RunPointer, 'read' | 'write'>;
  /** Told what an operator wants to know of a run. */
  readonly say: (runId: string, line: string) => void;
}

/** How often it is looked whether another process of this machine has let go of a run, in milliseconds. */
const lookMs = 200;

/** What says that a run is no longer this worker's to keep. */
const lost: readonly string[] = ['lease-lost', 'engine-stopped'];

/** Whether nothing happens to a run before a human answers, or ever again. */
const rests = ({ phase }: RemoteStanding): boolean => phase === 'awaiting-approval' || isTerminal(phase as GoalPhase);

/** Keeps the runs of goals from the database where every worker finds them, and brings them here when this worker is to go on with them. */
export class RunKeeper {
  readonly #options: RunKeeperOptions;
  readonly #told = new Set<string>();
  /** Runs of which this process has kept all that they came to, but for their tasks in Codex Cloud. */
  readonly #whole = new Set<string>();

  constructor(options: RunKeeperOptions) {
    this.#options = options;
  }

  async #kept(runId: string): Promise<KeptRun | undefined> {
    return keptRunOf(runId, await this.#options.pointerOf(runId).read());
  }

  /**
   * Makes this machine the one that has the newest of a run, unless it is or nobody has anything. Resolves with how the run stands where
   * that is all there is to know: it rests, and is not here.
   *
   * Throws `SnapshotDamagedError`, `RunNotBroughtError`, `RunMoveNotKeptError` and `LeaseLostError`.
   */
  async bring(
    location: RunLocation,
    {
      makePlace,
      mayRest,
      signal,
    }: Pick<BringHereOptions, 'makePlace'> & { readonly mayRest: boolean; readonly signal: AbortSignal },
  ): Promise<RemoteStanding | undefined> {
    const { runId } = location;
    const kept = await this.#kept(runId);
    if (!kept) return undefined;
    if (await isNewest(location, kept, this.#options)) return undefined;
    if (mayRest && kept.standing && rests(kept.standing)) return kept.standing;
    try {
      await whenFree(() => bringHere(location, kept, { ...this.#options, makePlace }), signal);
    } catch (error) {
      // What is wrong here is no end of a run whose work is all there.
      if (!(error instanceof OrchError) || error.interrupts) throw error;
      throw new RunNotBroughtError(runId, this.#options.worker, error);
    }
    await this.#keepMove(location);
    this.#options.say(runId, `Run ${runId} is here now, as worker ${kept.worker} last stored it, and goes on.`);
    return undefined;
  }

  /** From then on, what any other machine has of it is the older one; before, that machine could go on with it as well. */
  async #keepMove(location: RunLocation): Promise<void> {
    if (!(await this.keep(location, null))) throw new RunMoveNotKeptError(location.runId, this.#options.worker);
  }

  /** Whether any worker could go on with a run from how it stands. */
  async hasKept({ runId, phase, diffSha256 }: RemoteStanding): Promise<boolean> {
    const standing = (await this.#kept(runId))?.standing;
    return standing?.phase === phase && standing.diffSha256 === diffSha256;
  }

  /**
   * Keeps what became of a run that rested, where other workers believe that it rests still.
   *
   * Throws `RunNotKeptError` and `LeaseLostError`.
   */
  async keepDecided(location: RunLocation): Promise<void> {
    const before = (await this.#kept(location.runId))?.standing;
    const isKept = await this.keep(location, null);
    if (!isKept && before && rests(before)) throw new RunNotKeptError(location.runId);
  }

  /**
   * Keeps a run that rests, as it is. Where that fails, work goes on, and what was kept before is the newest; resolves with whether it is
   * kept now.
   *
   * Throws `LeaseLostError`.
   */
  async keep(location: RunLocation, standing: RemoteStanding | null): Promise<boolean> {
    const { pointerOf, worker, say } = this.#options;
    const { runId } = location;
    const pointer = pointerOf(runId);
    this.#whole.delete(runId);
    try {
      const stored = await storeRun(location, this.#options);
      if (!stored) return false;
      const cloud = await readTasks(location);
      if (isBehind(cloud, keptTasks(runId, (await this.#kept(runId))?.cloud)))
        throw new Error('the database knows more of its tasks in Codex Cloud than this machine');
      const kept: KeptRun = {
        schemaVersion: 1,
        worker,
        ...stored,
        standing,
        ...(cloud === undefined ? {} : { cloud }),
      };
      await pointer.write(asJson(kept));
      this.#whole.add(runId);
      return true;
    } catch (error) {
      if (error instanceof OrchError && lost.includes(error.code)) throw error;
      const line = `Run ${runId} could not be stored for other workers: ${error instanceof Error ? error.message : String(error)}`;
      if (!this.#told.has(line)) say(runId, line);
      this.#told.add(line);
      return false;
    }
  }

  /**
   * Keeps the record of a run's tasks in Codex Cloud, which was just changed: from then on, whoever takes the run over goes on with them,
   * and asks for none again. That is of use only beside the run as it is, so where a part of it was not kept, all of it is.
   *
   * Throws {@link CloudTaskNotKeptError} and `LeaseLostError`.
   */
  async keepTasks(location: RunLocation, cloud: CloudRecord): Promise<void> {
    const { runId } = location;
    const kept = this.#whole.has(runId) ? await this.#kept(runId) : undefined;
    if (kept) await this.#options.pointerOf(runId).write(asJson({ ...kept, cloud }));
    else if (!(await this.keep(location, null))) throw new CloudTaskNotKeptError(runId);
  }
}

/** Does something with a run as soon as no other process of this machine works on it: one that lost its lease is about to stop. */
export async function whenFree(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      await delay(lookMs, undefined, { signal });
    }
  }
}
