import type { CodexDriver, HandoffRequest } from '@codex-orch/core';
import { createTeam, type RoleModelOptions, type RunTests } from '../src/index.js';

export async function nextStep(
  model: RoleModelOptions,
  driver: CodexDriver,
  runTests: RunTests,
  request: HandoffRequest,
): Promise<string> {
  const team = createTeam({ model, builder: { driver }, runTests });
  const outcome = await team.handOff(request);
  if (outcome.role === 'planner') return `${outcome.plan.subtasks.length} subtask(s) planned`;
  if (outcome.role === 'tester') return outcome.tests.passed ? 'tests pass' : 'tests fail';
  return `${outcome.role} had its turn`;
}
