import type { Team } from '@codex-orch/core';
import type { TracingProcessor } from '@openai/agents-core';
import { modelSource, type RoleModelOptions } from '../model/role-model-options.js';
import type { BuilderOptions } from '../role/builder.js';
import type { RunTests } from '../role/tester.js';
import { loadSdk, type Sdk } from '../sdk/load-sdk.js';

export interface TeamOptions {
  /** The model of the manager, the planner and the reviewer. */
  readonly model: RoleModelOptions;
  readonly builder: BuilderOptions;
  readonly runTests: RunTests;
  /** Turns tracing on, to these processors alone. Set for the whole process, as the Agents SDK does it. */
  readonly traceProcessors?: readonly TracingProcessor[] | undefined;
}

/**
 * The manager and its roles on the OpenAI Agents SDK, which is loaded at the first handoff.
 *
 * Throws a `ZodError` when the model's base URL is none. `handOff` throws `ModelCallError`s (codes `model-…`),
 * `HandoffIllegalError`, and what the driver, the hooks and the engine throw.
 */
export function createTeam(options: TeamOptions): Team {
  const asker = { source: modelSource(options.model), retry: options.model.retry };
  let sdk: Promise<Sdk> | undefined;
  return {
    async handOff(request) {
      const { runHandoff } = await import('./run-handoff.js');
      return runHandoff(await (sdk ??= loadSdk(options.traceProcessors)), options, asker, request);
    },
  };
}
