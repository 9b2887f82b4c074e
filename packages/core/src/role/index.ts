export {
  type BuildReport,
  buildReportSchema,
  type Finding,
  findingSchema,
  type Plan,
  planSchema,
  type Review,
  reviewSchema,
  type Subtask,
  subtaskSchema,
  type TestCommandResult,
  testCommandResultSchema,
  type TestReport,
  testReportSchema,
} from './outputs.js';
export type { Briefing, Handoff, HandoffChoice, HandoffOutcome, HandoffRequest, Team } from './team.js';
