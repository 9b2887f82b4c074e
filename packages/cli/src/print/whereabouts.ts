import type { Whereabouts } from '@codex-orch/core/integration';
import { visibleLine } from './visible.js';

/** A ref as people name it. */
export const branchName = (ref: string): string => visibleLine(ref.replace(/^refs\/(?:heads|remotes)\//, ''));

/** Where work is, and whether what was merged of it is not there any more. */
export type SeenWork = Whereabouts & { readonly isTakenBack?: boolean };

/** Where the work of a run is, in words; undefined where it is nowhere yet. */
export function sayWhere(where: SeenWork, runId: string): string | undefined {
  const by = where.runId === runId ? '' : ` by run ${where.runId}`;
  switch (where.how) {
    case 'applied':
      return `applied to ${where.to.map(visibleLine).join(', ')}${by}`;
    case 'merged':
      if (where.isTakenBack)
        return `was merged into ${branchName(where.into)}${by} as ${where.commit.slice(0, 12)}, and is not in it any more`;
      return `${branchName(where.into)} has it${by}, as ${where.commit.slice(0, 12)}`;
    case 'contained':
      return `${branchName(where.into)} has all of it${by}`;
    case 'integrated':
      return `${branchName(where.into)} has it${by}, as ${where.commit.slice(0, 12)}; not merged yet`;
    case 'nowhere':
      return undefined;
  }
}
