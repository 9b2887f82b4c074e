import { createHash } from 'node:crypto';
import type { Scene } from '../cassette/scene.js';
import type { ModelRequest } from '../request/model-request.js';
import { agentText, countUserMessages, lastUserText } from '../request/transcript.js';
import type { Reply } from '../response/reply.js';
import type { Played, Player } from '../server/player.js';
import { perform } from './perform.js';
import { UnknownPlaceholder } from './placeholders.js';
import { madeLastCall, positionOf } from './position.js';
import { NoSuchTool } from './tool-choice.js';

const head = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

const matches = (scene: Scene, agent: string, input: string): boolean =>
  (scene.when?.agent === undefined || new RegExp(scene.when.agent, 's').test(agent)) &&
  (scene.when?.input === undefined || new RegExp(scene.when.input, 's').test(input));

/** Answers requests from scenes written by hand. */
export class ScriptPlayer implements Player {
  readonly mode = 'script';
  readonly #scenes: readonly Scene[];
  /** How many turns each scene has served. */
  readonly #served = new Map<Scene, number>();
  /** Which scene a turn was given, so that asking again does not use up another. */
  readonly #given = new Map<string, Scene>();
  /** How often each fault has happened. */
  readonly #faults = new Map<string, number>();

  constructor(scenes: readonly Scene[]) {
    this.#scenes = scenes;
  }

  play(request: ModelRequest, isRetry: boolean): Played {
    const choice = this.#choose(request, isRetry);
    if (choice === undefined) return { match: 'miss', reply: this.#miss(request) };
    const { scene, from } = choice;
    try {
      const reply = perform(scene, from, request, (step, times) => this.#faultIsDue(scene, step, times));
      return { match: 'scripted', scene: scene.scene, reply };
    } catch (error) {
      if (!(error instanceof NoSuchTool || error instanceof UnknownPlaceholder)) throw error;
      const message = `Scene "${scene.scene}", step ${from + 1} or after: ${error.message}.`;
      return {
        match: 'miss',
        scene: scene.scene,
        reply: {
          kind: 'error',
          status: 400,
          error: { message, type: 'replay_script', param: null, code: 'replay_script' },
        },
      };
    }
  }

  #choose(request: ModelRequest, isRetry: boolean): { scene: Scene; from: number } | undefined {
    const agent = agentText(request);
    const input = lastUserText(request);
    const candidates = this.#scenes
      .filter((scene) => matches(scene, agent, input))
      .map((scene) => ({ scene, ...positionOf(scene, request) }))
      .filter(({ scene, next }) => next < scene.steps.length);
    const under = candidates.find(({ scene }) => madeLastCall(scene, request)) ?? candidates.find(({ begun }) => begun);
    if (under) return { scene: under.scene, from: under.next };

    // Codex names its thread, so the turn is known; other clients say whether they are asking again.
    const turn =
      request.threadKey === undefined
        ? createHash('sha256')
            .update(JSON.stringify([request.instructions, request.items]))
            .digest('hex')
        : JSON.stringify([request.threadKey, countUserMessages(request), input]);
    const before = request.threadKey !== undefined || isRetry ? this.#given.get(turn) : undefined;
    const again = candidates.find(({ scene }) => scene === before);
    if (again) return { scene: again.scene, from: again.next };

    const fresh = candidates.find(({ scene }) => (this.#served.get(scene) ?? 0) < (scene.times ?? Infinity));
    if (fresh === undefined) return undefined;
    this.#served.set(fresh.scene, (this.#served.get(fresh.scene) ?? 0) + 1);
    this.#given.set(turn, fresh.scene);
    return { scene: fresh.scene, from: fresh.next };
  }

  #faultIsDue(scene: Scene, step: number, times: number | undefined): boolean {
    if (times === undefined) return true;
    const key = JSON.stringify([scene.scene, step]);
    const happened = this.#faults.get(key) ?? 0;
    this.#faults.set(key, happened + 1);
    return happened < times;
  }

  #miss(request: ModelRequest): Reply {
    const agent = agentText(request);
    const input = lastUserText(request);
    const expected = this.#scenes.map((scene) => ({
      scene: scene.scene,
      when: scene.when ?? {},
      why: !matches(scene, agent, input)
        ? 'does not match'
        : positionOf(scene, request).next >= scene.steps.length
          ? 'has no step left for this turn'
          : `has served all its turns (${scene.times ?? 0})`,
    }));
    const list = expected.map(({ scene, why, when }) => `"${scene}" ${why} ${JSON.stringify(when)}`).join('; ');
    return {
      kind: 'error',
      status: 400,
      error: {
        message: `No scene for this request. Expected one of: ${list}. Got agent ${JSON.stringify(head(agent))}, last user message ${JSON.stringify(head(input))}.`,
        type: 'replay_miss',
        param: null,
        code: 'replay_miss',
        expected,
        got: { agent: head(agent), input: head(input) },
      },
    };
  }
}
