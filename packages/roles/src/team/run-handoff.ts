import {
  barePlanSchema,
  buildReportSchema,
  type Handoff,
  type HandoffChoice,
  type HandoffOutcome,
  type HandoffRequest,
  type ProposedPlan,
  proposedPlanSchema,
  resolvePlan,
  reviewSchema,
  testReportSchema,
} from '@codex-orch/core';
import type { JsonSchemaDefinition, Model } from '@openai/agents-core';
import { z } from 'zod';
import { ModelNoAnswerError } from '../model/errors.js';
import { toJsonSchema } from '../model/json-schema.js';
import { noUsage } from '../model/token-usage.js';
import { managerInstructions } from '../prompts/manager.js';
import { plannerInstructions, plannerPrompt } from '../prompts/planner.js';
import { reviewerInstructions, reviewerPrompt } from '../prompts/reviewer.js';
import { askingRole } from '../role/asking-role.js';
import { builderModel } from '../role/builder.js';
import type { Asker } from '../role/durable-question.js';
import { handoffPrefix, managerModel } from '../role/manager.js';
import { testerModel } from '../role/tester.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { localModel } from '../sdk/local-model.js';
import type { TeamOptions } from './create-team.js';

const outputs = {
  planner: proposedPlanSchema,
  builder: buildReportSchema,
  tester: testReportSchema,
  reviewer: reviewSchema,
  escalate: z.object({ message: z.string() }),
};

const reasonType: JsonSchemaDefinition['schema'] = {
  type: 'object',
  properties: { reason: { type: 'string' } },
  required: ['reason'],
  additionalProperties: false,
};

// The SDK would make these of the schemas of zod at every handoff, and again at every answer.
const outputTypes = new Map<Handoff, JsonSchemaDefinition>();

function outputTypeOf(role: Handoff): JsonSchemaDefinition {
  const known = outputTypes.get(role);
  if (known) return known;
  const schema = toJsonSchema(outputs[role]) as JsonSchemaDefinition['schema'];
  const made: JsonSchemaDefinition = { type: 'json_schema', name: role, strict: true, schema };
  outputTypes.set(role, made);
  return made;
}

const descriptions: Readonly<Record<Handoff, string>> = {
  planner: 'Split the goal into subtasks, or plan anew when the plan does not work.',
  builder: 'Build the subtask in work, or mend it.',
  tester: 'Run the test commands.',
  reviewer: 'Review the diff.',
  escalate: 'Give the goal back to a human and end the run.',
};

function roleModels(
  sdk: Sdk,
  options: TeamOptions,
  request: HandoffRequest,
  asker: Asker,
  choice: () => HandoffChoice | undefined,
): Record<Handoff, Model> {
  const { briefing } = request;
  return {
    planner: askingRole<ProposedPlan>(sdk, request, {
      role: 'planner',
      asker,
      schema: briefing.offers.length > 0 ? proposedPlanSchema : barePlanSchema,
      problemWith: (plan) => {
        const resolved = resolvePlan(plan, briefing.offers);
        return resolved.ok ? undefined : resolved.problem;
      },
      prompt: () => plannerPrompt(briefing),
    }),
    builder: builderModel(sdk, request, options.builder),
    tester: testerModel(sdk, request, options.runTests),
    reviewer: askingRole(sdk, request, {
      role: 'reviewer',
      asker,
      schema: reviewSchema,
      prompt: () => reviewerPrompt(briefing),
    }),
    escalate: localModel(sdk, () => {
      const message = choice()?.reason ?? briefing.problem ?? 'Nothing but a human can bring this goal further.';
      return Promise.resolve({ kind: 'message', text: JSON.stringify({ message }), usage: noUsage });
    }),
  };
}

const instructions: Partial<Record<Handoff, string>> = { planner: plannerInstructions, reviewer: reviewerInstructions };

/** One run of the Agents SDK: the manager hands over once, and the role that takes it answers. */
export async function runHandoff(
  sdk: Sdk,
  options: TeamOptions,
  asker: Asker,
  request: HandoffRequest,
): Promise<HandoffOutcome> {
  let choice: HandoffChoice | undefined;
  const models = roleModels(sdk, options, request, asker, () => choice);
  const roles = (Object.keys(outputs) as Handoff[]).filter((role) => request.legal.includes(role));
  const manager = sdk.Agent.create({
    name: 'manager',
    instructions: managerInstructions,
    model: managerModel(sdk, request, asker, async (taken) => {
      choice = taken;
      await request.chosen(taken);
    }),
    handoffs: roles.map((role) =>
      sdk.handoff(
        new sdk.Agent({
          name: role,
          instructions: instructions[role] ?? descriptions[role],
          handoffDescription: descriptions[role],
          outputType: outputTypeOf(role),
          model: models[role],
        }),
        {
          toolNameOverride: `${handoffPrefix}${role}`,
          toolDescriptionOverride: descriptions[role],
          isEnabled: () => request.legal.includes(role),
          inputType: reasonType,
          // The SDK wants it beside an input type; the manager's model has noted the reason already.
          onHandoff: () => undefined,
        },
      ),
    ),
  });
  const runner = new sdk.Runner({
    tracingDisabled: options.traceProcessors === undefined,
    workflowName: 'codex-orch handoff',
    groupId: request.ctx.runId,
    traceIncludeSensitiveData: false,
  });
  // The manager's turn and the role's; what a role needs beyond the goal its model adds inside its step.
  const result = await runner.run(manager, request.briefing.goal, { maxTurns: 2, signal: request.ctx.signal });
  const role = result.lastAgent?.name as Handoff | undefined;
  // An aborted run resolves without an output instead of throwing.
  request.ctx.signal.throwIfAborted();
  if (!choice || !role || result.finalOutput === undefined) {
    throw new ModelNoAnswerError({ model: `The ${role ?? 'manager'}`, detail: 'the run ended without an output.' });
  }
  return { chosenBy: choice.chosenBy, reason: choice.reason, ...toOutcome(role, result.finalOutput) };
}

type RoleOutcome = HandoffOutcome extends infer O
  ? O extends HandoffOutcome
    ? Omit<O, 'chosenBy' | 'reason'>
    : never
  : never;

function toOutcome(role: Handoff, output: unknown): RoleOutcome {
  switch (role) {
    case 'planner':
      return { role, plan: outputs.planner.parse(output) };
    case 'builder':
      return { role, build: outputs.builder.parse(output) };
    case 'tester':
      return { role, tests: outputs.tester.parse(output) };
    case 'reviewer':
      return { role, review: outputs.reviewer.parse(output) };
    case 'escalate':
      return { role, message: outputs.escalate.parse(output).message };
  }
}
