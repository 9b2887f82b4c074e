import { approvalSchema, type Elevation, noUsage, type RunRecord } from '@codex-orch/core';
import { z } from 'zod';
import type { RemoteStanding } from './remote-goal.js';

type Described = Pick<
  RemoteStanding,
  'phase' | 'diffSha256' | 'requests' | 'elevations' | 'answers' | 'commit' | 'usage' | 'end'
>;

/** What a goal's own record says of how it stands, for whoever is elsewhere. All of it was redacted when it was recorded. */
export function describeStanding(run: Pick<RunRecord, 'state' | 'lines'> | undefined): Described {
  const state = run?.state;
  const asked = run ? asksHere(run) : [];
  const { hint, code, message } = state?.end ?? {};
  return {
    phase: state?.phase ?? 'new',
    diffSha256: state?.diff?.sha256 ?? null,
    requests: asked.map(({ id }) => id),
    elevations: asked,
    answers: run?.lines.flatMap(answersIn) ?? [],
    commit: state?.commit ?? null,
    usage: state?.usage ?? noUsage,
    end:
      code === undefined || message === undefined ? null : { code, message, ...(hint === undefined ? {} : { hint }) },
  };
}

/** What Codex asks on the machine that has the run. What it asked on another one, before the run moved, it asks here anew. */
export function asksHere({ state, lines }: Pick<RunRecord, 'state' | 'lines'>): Elevation[] {
  const moved = lines.findLastIndex(({ type }) => type === 'run.moved');
  const before = lines.slice(0, moved + 1).flatMap(({ type, data }) => (type === 'elevation.requested' ? [data] : []));
  return state.elevations.filter(
    ({ sha256 }) => !before.some((data) => (data as Partial<Elevation> | undefined)?.sha256 === sha256),
  );
}

const answered = z.object({ approval: approvalSchema, reason: z.string().optional() });

function answersIn({ type, data }: RunRecord['lines'][number]): Described['answers'] {
  const isAnswer = type === 'approval.refused' || type === 'elevation.decided';
  const { data: answer } = answered.safeParse(isAnswer ? data : undefined);
  if (!answer) return [];
  const { subject, at, by, decision } = answer.approval;
  return [{ sha256: subject.sha256, at, by: by.name, decision, refused: answer.reason ?? null }];
}
