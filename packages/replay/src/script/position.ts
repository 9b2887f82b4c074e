import { createHash } from 'node:crypto';
import type { Scene } from '../cassette/scene.js';
import type { ModelRequest, TranscriptItem } from '../request/model-request.js';
import { isMessage, itemsOfTurn } from '../request/transcript.js';

const tagOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 8);

/**
 * The id of a scripted call. It carries the scene and the step, because the
 * client repeats it in every later request: so a retry, a resumed thread and
 * a restarted server all find the right step without any state.
 */
export function callId(scene: string, step: number, request: ModelRequest): string {
  const thread = tagOf(request.threadKey ?? '').slice(0, 4);
  return `call_${tagOf(scene)}_${step}_${request.items.length}${thread}`;
}

const stepOfCall = (item: TranscriptItem, tag: string): number | undefined => {
  const match = /^call_([0-9a-f]{8})_(\d+)_/.exec(item.call_id ?? '');
  return match?.[1] === tag ? Number(match[2]) : undefined;
};

const isCall = (item: TranscriptItem): boolean => item.type?.endsWith('_call') === true && item.call_id !== undefined;

/** Whether the newest call of this turn was made by the scene. */
export function madeLastCall(scene: Scene, request: ModelRequest): boolean {
  const last = itemsOfTurn(request).findLast(isCall);
  return last !== undefined && stepOfCall(last, tagOf(scene.scene)) !== undefined;
}

/** Where a scene stands in the turn of a request. */
export interface Position {
  /** Index of the step that is next; past the end when the scene is over. */
  readonly next: number;
  /** Whether the scene has made a call in this turn already. */
  readonly begun: boolean;
}

const isSpeech = (scene: Scene, index: number): boolean => {
  const step = scene.steps[index];
  return step !== undefined && ('say' in step || 'json' in step);
};

/** Reads the position of a scene off the transcript. */
export function positionOf(scene: Scene, request: ModelRequest): Position {
  const turn = itemsOfTurn(request);
  const tag = tagOf(scene.scene);
  const own = turn.findLast((item) => isCall(item) && stepOfCall(item, tag) !== undefined);
  let next = own === undefined ? 0 : (stepOfCall(own, tag) ?? 0) + 1;
  // Messages that arrived before a stream broke are in the transcript: they are not said again.
  const sinceCall = turn.slice(turn.findLastIndex(isCall) + 1);
  let said = sinceCall.filter((item) => isMessage(item) && item.role === 'assistant').length;
  for (; said > 0 && isSpeech(scene, next); said -= 1) next += 1;
  return { next, begun: own !== undefined };
}
