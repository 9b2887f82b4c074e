import type { DbosEngine } from '@codex-orch/engine-dbos';
import { cloudAccount, shortAccount } from '../cloud/cloud-account.js';
import { cloudQueue } from './remote-goal.js';

/** How often it is looked who is logged in, in milliseconds. */
const lookMs = 5000;

/** Most goals in Codex Cloud that a worker has at once: they mostly wait, but each has a Codex of this machine for its tests. */
const places = 8;

export interface CloudLineOptions {
  readonly engine: Pick<DbosEngine, 'defineQueue'>;
  /** Where the other goals stand in line. */
  readonly queue: string;
  readonly env: NodeJS.ProcessEnv;
  /** Throws where this machine has no `codex cloud` that could be used. */
  readonly probe: () => Promise<unknown>;
  readonly say: (line: string) => void;
}

/** Takes goals in Codex Cloud for as long as this machine is logged in to ChatGPT, and those of that login alone. */
export class CloudLine implements AsyncDisposable {
  readonly #options: CloudLineOptions;
  readonly #timer: NodeJS.Timeout;
  #account: string | undefined;
  #looking: Promise<void> | undefined;

  private constructor(options: CloudLineOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      void this.look();
    }, lookMs);
  }

  /** Resolves when it is known whether this machine is logged in now. */
  static async open(options: CloudLineOptions): Promise<CloudLine> {
    const line = new CloudLine(options);
    await line.look();
    return line;
  }

  /** Takes goals of whoever is logged in now, and of nobody else. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { engine, queue, env, probe, say } = this.#options;
    const account = await cloudAccount(env);
    if (account === this.#account) return;
    if (this.#account !== undefined) {
      engine.defineQueue(cloudQueue(queue, this.#account), { perWorker: 0 });
      say(
        `Goals in Codex Cloud: none is taken any more of the ChatGPT login ${shortAccount(this.#account)}, which is gone.`,
      );
    }
    this.#account = account;
    if (account === undefined) return;
    try {
      await probe();
    } catch (error) {
      say(`Goals in Codex Cloud: none is taken. ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    engine.defineQueue(cloudQueue(queue, account), { perWorker: places });
    say(`Goals in Codex Cloud: those of the ChatGPT login ${shortAccount(account)} are taken, too.`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }
}
