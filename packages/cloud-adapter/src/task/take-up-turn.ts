import type { StepContext } from '@codex-orch/core';
import type { CloudTurn } from './record.js';
import { type CloudStore, saveTurn } from './store.js';

/** The turn that was begun and is not at its end; what has to go on after a restart. */
export async function unfinishedTurn(store: CloudStore): Promise<CloudTurn | undefined> {
  return (await store.load()).turns.find(isUnfinished);
}

const isUnfinished = ({ outcome }: CloudTurn): boolean => outcome === null;

/**
 * The turn that an earlier try at a step left, which is that step's from then on; undefined when this one begins it.
 *
 * The record may know of a turn's end when the run does not, on the machine that goes on with it: what a step is said to have tried is
 * asked only about turns from before they had one.
 */
export async function takeUpTurn(
  store: CloudStore,
  step: Pick<StepContext, 'key' | 'attempt'> | undefined,
): Promise<CloudTurn | undefined> {
  const { turns } = await store.load();
  const last = turns.at(-1);
  const found =
    (step && turns.findLast((turn) => turn.step === step.key)) ??
    turns.find(isUnfinished) ??
    (step && step.attempt > 1 && last?.step === undefined ? last : undefined);
  if (!found || !step || found.step === step.key) return found;
  return saveTurn(store, { ...found, step: step.key });
}
