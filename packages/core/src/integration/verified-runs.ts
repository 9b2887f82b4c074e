import type { Ctx } from '../engine/engine.js';
import type { Json } from '../engine/json.js';
import { interruptsRun } from '../errors/failure.js';
import { OrchError } from '../errors/orch-error.js';
import type { GitOptions } from '../workspace/git.js';
import { type ApprovedChange, readApprovedChange } from './approved-change.js';
import type { IntegrationCandidate } from './integration-record.js';
import type { IntegrationServices } from './integration-workflow.js';
import { hasTree } from './merge-trees.js';
import type { Outcomes } from './outcomes.js';
import type { Candidate } from './plan-batch.js';

type Verified =
  | { readonly ok: true; readonly change: ApprovedChange; readonly author: { name: string; email: string }; at: string }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** A run that may go in, and who approved it. */
export interface VerifiedRun extends Candidate {
  readonly author: { readonly name: string; readonly email: string };
  readonly at: string;
}

async function verify(
  run: IntegrationCandidate,
  { approved }: Pick<IntegrationServices, 'approved'>,
  options: GitOptions,
): Promise<Verified> {
  const known = await approved(run);
  if (!known.ok) return known;
  const { author, at, file, baseIn } = known;
  try {
    const diff = { file, baseIn, baseCommit: run.baseCommit, sha256: run.diffSha256 };
    return { ok: true, change: await readApprovedChange(diff, options), author, at };
  } catch (error) {
    if (!(error instanceof OrchError) || interruptsRun(error)) throw error;
    return { ok: false, code: error.code, message: error.message };
  }
}

/**
 * The runs whose approval and diff hold, with their trees in the object store; the others are decided. Who was approved is recorded
 * once, so that what people do meanwhile does not change an integration that is under way.
 */
export async function verifiedRuns(
  runs: readonly IntegrationCandidate[],
  outcomes: Outcomes,
  ctx: Pick<Ctx, 'step'>,
  services: Pick<IntegrationServices, 'approved'>,
  options: GitOptions,
): Promise<VerifiedRun[]> {
  const found: VerifiedRun[] = [];
  for (const run of runs) {
    const recorded = (await ctx.step(
      `verify:${run.runId}`,
      async () => (await verify(run, services, options)) as unknown as Json,
    )) as unknown as Verified;
    // Where the work tree had to be made anew, so has the tree of the change.
    const isLost = recorded.ok && !(await hasTree(recorded.change.tree, options));
    const verified = isLost ? await verify(run, services, options) : recorded;
    if (verified.ok) found.push({ ...run, change: verified.change, author: verified.author, at: verified.at });
    else {
      const { code, message } = verified;
      outcomes.decide(run.runId, 'not-approved', { reason: { code, message } });
    }
  }
  return found;
}
