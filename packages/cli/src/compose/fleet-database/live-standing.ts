import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type GoalState, type Json, readRun, type RunLocation } from '@codex-orch/core';
import { describeStanding } from './describe-standing.js';
import { asJson } from './remote-goal.js';

/** How often it is looked what a goal has used, in milliseconds. */
const lookMs = 1000;

export interface LiveStandingOptions {
  readonly location: RunLocation;
  readonly worker: string;
  readonly present: () => { readonly state: GoalState; readonly turnTokens: number } | undefined;
  readonly tell: (standing: Json, key: string) => Promise<void>;
}

/** Tells how a goal stands while it is worked on, whenever that changed: how far it is, and what it has used. */
export class LiveStanding implements AsyncDisposable {
  readonly #options: LiveStandingOptions;
  readonly #over = new AbortController();
  readonly #telling: Promise<void>;
  #told = '';

  constructor(options: LiveStandingOptions) {
    this.#options = options;
    this.#telling = this.#keepTelling();
  }

  async #keepTelling(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      // Who follows from elsewhere can do without; what the work comes to is told by its step.
      await this.#tell().catch(() => undefined);
      await delay(lookMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #tell(): Promise<void> {
    const { location, worker, present, tell } = this.#options;
    const now = present();
    if (!now) return;
    const { phase, usage, elevations } = now.state;
    const news = `${phase} ${usage.totalTokens + now.turnTokens} ${elevations.map(({ id }) => id).join(' ')}`;
    if (news === this.#told) return;
    this.#told = news;
    const described = describeStanding(await readRun(location));
    const totalTokens = described.usage.totalTokens + now.turnTokens;
    const standing = { ...described, usage: { ...described.usage, totalTokens }, worker, artifacts: [] };
    await tell(asJson({ ...standing, runId: location.runId }), `live:${randomUUID()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#telling;
  }
}
