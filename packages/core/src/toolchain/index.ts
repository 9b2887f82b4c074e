export { detectTestCommands } from './detect-test-commands.js';
export { parseCounts, type TestCounts } from './parse-counts.js';
export { commandsWithoutTests } from './untested.js';
export type { TestPlan } from './profile.js';
