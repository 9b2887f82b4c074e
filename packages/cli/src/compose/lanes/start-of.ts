import type { FleetGoal, FleetInput } from '@codex-orch/core/goals';

interface Start {
  readonly commit: string;
  readonly branch: string | null;
  /** The goals whose work it holds. */
  readonly works?: string[];
}

/** What a goal starts from: what its file was begun on, or the work of those that it depends on, put together. */
export const startOf = (
  { base, after }: Pick<FleetGoal, 'base' | 'after'>,
  { base: { commit, branch } }: Pick<FleetInput, 'base'>,
): Start => (base === null || base === commit ? { commit, branch } : { commit: base, branch, works: [...after] });
