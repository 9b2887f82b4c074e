export { describeBase, describeEvent, type EventDescription, type EventTone } from './describe-event.js';
export { type Elevation, elevationContent, elevationDigest } from './elevation.js';
export { IllegalTransitionError } from './errors.js';
export {
  addUsage,
  type Diff,
  type GoalEvent,
  goalEventSchemas,
  type GoalEventType,
  type Limits,
  limitsSchema,
  noUsage,
  parseGoalEvent,
  type Usage,
  usageSchema,
} from './events.js';
export {
  createGoalWorkflow,
  type GoalInput,
  goalInputSchema,
  type GoalServices,
  type OpenTeam,
  type Preflight,
  preflightSchema,
} from './goal-workflow.js';
export { advance, exhaustedLimit, initialState, legalHandoffs, replayEvents } from './machine.js';
export {
  type Artifact,
  currentSubtask,
  type GoalPhase,
  type GoalState,
  isTerminal,
  pendingAsset,
  type TerminalPhase,
} from './state.js';
export { transitions } from './transitions.js';
