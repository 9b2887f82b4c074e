import { gateTask, loadCheckInput, type TaskRefusal } from '@codex-orch/spec-guard';

export interface SpecGateOptions {
  /** Of the user's repository. */
  readonly root: string;
  /** Where the work begins. What is not committed does not count, as it is not part of the work either. */
  readonly commit: string;
  readonly taskId: string;
  readonly signal: AbortSignal;
}

/** Why a task may not be worked on yet: one of its specs is missing or stale. A repository without a registry asks for none. */
export async function specGate({ root, commit, taskId, signal }: SpecGateOptions): Promise<TaskRefusal | undefined> {
  const input = await loadCheckInput({ root, at: Date.now(), base: commit, head: commit, signal });
  return gateTask({ ...input, changes: undefined, base: { ...input.head, index: input.index } }, taskId);
}
