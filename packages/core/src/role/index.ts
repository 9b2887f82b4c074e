export {
  barePlanSchema,
  type BuildReport,
  buildReportSchema,
  type Finding,
  findingSchema,
  type Plan,
  planSchema,
  type ProposedPlan,
  proposedPlanSchema,
  type Review,
  reviewSchema,
  type Subtask,
  subtaskSchema,
  type TestCommandResult,
  testCommandResultSchema,
  type TestReport,
  testReportSchema,
} from './outputs.js';
export { resolvePlan, type ResolvedPlan } from './resolve-plan.js';
export type { AppliedAsset, Briefing, Handoff, HandoffChoice, HandoffOutcome, HandoffRequest, Team } from './team.js';
