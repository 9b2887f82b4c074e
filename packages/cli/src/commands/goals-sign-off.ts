import { isDeepStrictEqual } from 'node:util';
import { OrchError } from '@codex-orch/core';
import { type FleetInput, signedPlanSchema } from '@codex-orch/core/goals';
import { CloudLoginError } from '@codex-orch/cloud-adapter';
import { cloudAccount } from '../compose/cloud/cloud-account.js';
import { requireCloud } from '../compose/cloud/require-cloud.js';
import { asJson } from '../compose/fleet-database/remote-goal.js';
import { PlanNotApprovedError } from '../compose/lanes/errors.js';
import { planApproval } from '../compose/lanes/plan-approvals.js';
import type { CliContext } from '../context.js';
import type { LoadedPlan } from './goals-plan.js';
import { openNotary } from './open-orchestrator.js';

/** What was approved cannot be shown to others as it is. */
class PlanHasSecretError extends OrchError {
  readonly code = 'goals-plan-secret';

  constructor(file: string) {
    super(`The plan of ${file} has a secret in it, and workers could check its approval only if they were told.`, {
      hint: 'Take the secret out of the words of the goals; name the file or the variable that holds it.',
    });
  }
}

/**
 * What lets workers hand the cloud goals of a plan to Codex Cloud: the approval of exactly this plan, with the plan, and the login of this
 * machine, in which its environments mean something. Undefined for a plan without such goals.
 *
 * Throws {@link PlanNotApprovedError}, {@link PlanHasSecretError}, what `requireCloud` throws, and what checking the approval throws.
 */
export async function signedOff(
  context: CliContext,
  file: string,
  { plan, config, repository }: LoadedPlan,
): Promise<FleetInput['cloud']> {
  const { process, redactor } = context;
  const { env } = process;
  const cloud = plan.goals.filter(({ mode }) => mode === 'cloud');
  if (cloud.length === 0) return undefined;
  const approval = await planApproval(env, plan.sha256, openNotary(context, repository, config));
  if (!approval)
    throw new PlanNotApprovedError(
      file,
      plan.sha256,
      cloud.map(({ id }) => id),
    );
  await requireCloud(cloud, { config, env, redactor, repository });
  const account = await cloudAccount(env);
  if (account === undefined) throw new CloudLoginError('it is none with ChatGPT');
  const { concurrency, goals } = plan;
  const approved = signedPlanSchema.parse(asJson({ concurrency, goals }));
  if (!isDeepStrictEqual(redactor.json(approved), approved)) throw new PlanHasSecretError(file);
  return { account, approval, plan: approved };
}
