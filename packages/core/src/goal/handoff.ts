import { z } from 'zod';
import { type Failure } from '../errors/failure.js';
import type { HandoffChoice, HandoffOutcome } from '../role/team.js';
import { buildReportSchema, proposedPlanSchema, reviewSchema, testReportSchema } from '../role/outputs.js';
import type { AssetResult } from './apply-asset.js';
import type { Budget } from './budget.js';
import type { Usage } from './events.js';

/** What an asset made of its subtask. Nobody was asked. */
export type AssetOutcome = AssetResult & { readonly role: 'asset' };

/** All that is known of a handoff when it is over; recorded as a whole, so that its events follow from it alone. */
export interface HandoffRecord {
  readonly choice: HandoffChoice | undefined;
  readonly outcome: HandoffOutcome | AssetOutcome | undefined;
  /** Why there is no outcome. */
  readonly failure: Failure | undefined;
  readonly usage: Usage;
  /** The limit that was used up meanwhile. */
  readonly exceeded: Budget['exceeded'];
}

/** How a role came to be asked and what it cost, as events carry it. */
export const handoffData = ({
  choice,
  usage,
}: HandoffRecord): { chosenBy: HandoffChoice['chosenBy']; reason?: string; usage: Usage } => ({
  chosenBy: choice?.chosenBy ?? 'only-legal',
  ...(choice?.reason === undefined ? {} : { reason: choice.reason }),
  usage,
});

const answers = {
  planner: proposedPlanSchema,
  builder: buildReportSchema,
  tester: testReportSchema,
  reviewer: reviewSchema,
} as const;

/** What a role answers is a model's word until it is checked here, whatever team gave it. Throws a `ZodError`. */
export function checkOutcome(outcome: HandoffOutcome): HandoffOutcome {
  switch (outcome.role) {
    case 'planner':
      return { ...outcome, plan: answers.planner.parse(outcome.plan) };
    case 'builder':
      return { ...outcome, build: answers.builder.parse(outcome.build) };
    case 'tester':
      return { ...outcome, tests: answers.tester.parse(outcome.tests) };
    case 'reviewer':
      return { ...outcome, review: answers.reviewer.parse(outcome.review) };
    case 'escalate':
      return { ...outcome, message: z.string().parse(outcome.message) };
  }
}
