import path from 'node:path';
import { writeFileAtomic } from '../fs/index.js';
import type { RunStore } from '../run/run-store.js';
import type { GoalEvent } from './events.js';
import { advance, initialState } from './machine.js';
import type { GoalState } from './state.js';

/** Records what one execution of a goal does, or takes over what an earlier execution recorded in its place. */
export class RunRecorder {
  readonly #store: RunStore;
  readonly #emitted = new Set<string>();
  #state: GoalState = initialState;
  /** Handoffs begun in this execution; numbers their events. */
  #handoffs = 0;
  #isBehind = false;

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** Where this execution is, which need not be as far as an earlier one came. */
  get state(): GoalState {
    return this.#state;
  }

  /** Whether an earlier execution was here already: what it did after that is on record in part at most. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  async emit(key: string, actor: string, event: GoalEvent): Promise<void> {
    if (this.#emitted.has(key)) return;
    this.#isBehind = this.#store.find(key) !== undefined;
    await this.#store.append(event, { actor, key });
    this.#state = advance(this.#state, this.#store.find(key) ?? event);
    this.#emitted.add(key);
  }

  /** What is recorded from now on belongs to the next handoff. */
  beginHandoff(): void {
    this.#handoffs += 1;
  }

  emitOfHandoff(actor: string, event: GoalEvent): Promise<void> {
    return this.emit(`handoff:${this.#handoffs}:${event.type}`, actor, event);
  }

  /** Records a file of the present handoff, and writes it before when its text is given. */
  async artifact(kind: 'diff' | 'tests' | 'log' | 'lint' | 'review', file: string, text?: string): Promise<void> {
    const key = `handoff:${this.#handoffs}:${file}`;
    if (this.#store.find(key)) return;
    if (text !== undefined) await writeFileAtomic(path.join(this.#store.dir, file), text);
    await this.#store.recordArtifact(kind, file, { key });
  }

  /** Ends the run from wherever it is. */
  async end(actor: string, event: GoalEvent): Promise<void> {
    await this.#store.append(event, { actor, key: 'end' });
    this.#state = this.#store.state;
  }
}
