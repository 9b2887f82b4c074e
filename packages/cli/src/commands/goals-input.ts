import { settingsOf } from '@codex-orch/core';
import type { FleetInput } from '@codex-orch/core/goals';
import { newFleetId } from '../compose/lanes/fleet-place.js';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { version } from '../version.js';
import type { LoadedPlan } from './goals-plan.js';

export interface BudgetFlags {
  readonly maxTokens?: number | undefined;
  readonly maxMinutes?: number | undefined;
}

/** What the workflow of many goals is begun with. */
export function goalsInput(
  { redactor }: CliContext,
  { maxTokens, maxMinutes }: BudgetFlags,
  file: string,
  { repository, config, plan, contentSha256 }: LoadedPlan,
): FleetInput {
  if (maxTokens !== undefined && (!Number.isInteger(maxTokens) || maxTokens < 1))
    throw new BadFlagsError('--max-tokens has to be a whole number above 0.');
  if (maxMinutes !== undefined && !(maxMinutes > 0))
    throw new BadFlagsError('--max-minutes has to be a number above 0.');
  return {
    fleetId: newFleetId(),
    file: redactor.text(file),
    contentSha256,
    planSha256: plan.sha256,
    repository: repository.root,
    base: repository.head,
    concurrency: plan.concurrency,
    budget: { tokens: maxTokens ?? null, minutes: maxMinutes ?? null },
    version,
    settings: settingsOf(config),
    goals: plan.goals.map(({ id, goal, task, mode, environment, attempts, budget, after }) => ({
      id,
      goal: redactor.text(goal),
      task,
      mode,
      environment,
      attempts,
      limits: budget,
      after: [...after],
    })),
  };
}
