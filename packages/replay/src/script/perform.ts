import type { Scene } from '../cassette/scene.js';
import type { Step } from '../cassette/step.js';
import type { ModelRequest } from '../request/model-request.js';
import type { Act, OutputItem, Reply } from '../response/reply.js';
import { fillPlaceholders } from './placeholders.js';
import { callId } from './position.js';
import { namedCall, patchCall, shellCall, type ToolCall } from './tool-choice.js';

const toolCallOf = (step: Step, request: ModelRequest): ToolCall | undefined => {
  if ('shell' in step) return shellCall(request, step.shell, step);
  if ('applyPatch' in step) return patchCall(request, step.applyPatch);
  if ('escalate' in step)
    return shellCall(request, step.escalate.command, { justification: step.escalate.justification });
  if ('call' in step) return namedCall(request, step.call.name, step.call.arguments ?? {});
  return undefined;
};

const message = (id: string, text: string): OutputItem => ({
  type: 'message',
  id,
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});

/** About four characters a token: not true, but never zero and always the same. */
const tokens = (characters: number): number => Math.max(1, Math.ceil(characters / 4));

/** Whether a fault happens now; asked once for each fault a response comes to. */
export type FaultIsDue = (step: number, times: number | undefined) => boolean;

const faultOf = (step: Step): 'stall' | 'disconnect' | 'malformed' | undefined =>
  'stall' in step ? 'stall' : 'disconnect' in step ? 'disconnect' : 'malformed' in step ? 'malformed' : undefined;

/**
 * Performs a scene from one of its steps on, as far as one response goes:
 * up to its next call, fault or end. A response of messages alone would end
 * the turn, so messages go out together with the call that follows them.
 */
export function perform(scene: Scene, from: number, request: ModelRequest, faultIsDue: FaultIsDue): Reply {
  const acts: Act[] = [];
  let reported = { input: 0, output: 0 };
  let isReported = false;
  for (let index = from; index < scene.steps.length; index += 1) {
    const step = fillPlaceholders(scene.steps[index] as Step, request);
    if ('fail' in step) {
      if (!faultIsDue(index, step.fail.times)) continue;
      const { status, code, message } = step.fail;
      return {
        kind: 'error',
        status,
        error: {
          message: message ?? `scene "${scene.scene}" fails with ${status}`,
          type: 'scripted',
          param: null,
          code: code ?? null,
        },
      };
    }
    const fault = faultOf(step);
    if (fault !== undefined && !faultIsDue(index, 'times' in step ? step.times : undefined)) continue;
    if (step.usage) {
      reported = { input: reported.input + step.usage.input, output: reported.output + step.usage.output };
      isReported = true;
    }
    if (fault !== undefined) {
      acts.push({ fault });
      break;
    }
    if ('delayMs' in step) {
      acts.push({ delayMs: step.delayMs });
      continue;
    }
    const id = callId(scene.scene, index, request);
    const call = toolCallOf(step, request);
    if (call) {
      acts.push({
        item: {
          id: id.replace('call_', call.type === 'function_call' ? 'fc_' : 'ctc_'),
          ...call,
          call_id: id,
          status: 'completed',
        },
      });
      break;
    }
    const text = 'say' in step ? step.say : JSON.stringify('json' in step ? step.json : null);
    acts.push({ item: message(id.replace('call_', 'msg_'), text) });
  }
  const written = acts.reduce((sum, act) => sum + ('item' in act ? JSON.stringify(act.item).length : 0), 0);
  const counted = {
    input: tokens(request.instructions.length + JSON.stringify(request.items).length),
    output: tokens(written),
  };
  return {
    kind: 'response',
    id: callId(scene.scene, from, request).replace('call_', 'resp_'),
    model: request.model,
    acts,
    usage: { ...(isReported ? reported : counted), cachedInput: 0, reasoning: 0 },
  };
}
