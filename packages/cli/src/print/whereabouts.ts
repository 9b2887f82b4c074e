import type { Whereabouts } from '@codex-orch/core/integration';
import { visibleLine } from './visible.js';

/** A ref as people name it. */
export const branchName = (ref: string): string => visibleLine(ref.replace(/^refs\/(?:heads|remotes)\//, ''));

/** Where the work of a run is, in words; undefined where it is nowhere yet. */
export function sayWhere(where: Whereabouts, runId: string): string | undefined {
  const by = where.runId === runId ? '' : ` by run ${where.runId}`;
  switch (where.how) {
    case 'applied':
      return `applied to ${where.to.map(visibleLine).join(', ')}${by}`;
    case 'merged':
      return `${branchName(where.into)} has it${by}, as ${where.commit.slice(0, 12)}`;
    case 'contained':
      return `${branchName(where.into)} has all of it${by}`;
    case 'integrated':
      return `${branchName(where.into)} has it${by}, as ${where.commit.slice(0, 12)}; not merged yet`;
    case 'nowhere':
      return undefined;
  }
}
