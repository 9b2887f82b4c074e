import type { DbosEngine } from '@codex-orch/engine-dbos';
import { cloudAccount, shortAccount } from '../cloud/cloud-account.js';
import { cloudQueue } from './remote-goal.js';

/** How often it is looked who is logged in, in milliseconds. */
const lookMs = 5000;

/** How many looks may go by, while something hinders, until it is tried again. */
const mostPause = 60;

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
  /** The login whose goals are taken. */
  #account: string | undefined;
  /** What keeps this machine from taking those of a login that it has, and how many looks go by before that is tried again. */
  #hindrance: { readonly account: string; readonly reason: string; readonly pause: number; left: number } | undefined;
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
    const { engine, queue, env, say } = this.#options;
    const account = await cloudAccount(env);
    if (account === this.#account) return;
    if (this.#account !== undefined) {
      engine.defineQueue(cloudQueue(queue, this.#account), { perWorker: 0 });
      say(
        `Goals in Codex Cloud: none is taken any more of the ChatGPT login ${shortAccount(this.#account)}, which is gone.`,
      );
    }
    this.#account = undefined;
    if (account === undefined || !(await this.#isPossible(account))) return;
    this.#account = account;
    engine.defineQueue(cloudQueue(queue, account), { perWorker: places });
    say(`Goals in Codex Cloud: those of the ChatGPT login ${shortAccount(account)} are taken, too.`);
  }

  /** Whether Codex Cloud could be spoken to. What hinders that may pass; it is looked for less and less often, and said once. */
  async #isPossible(account: string): Promise<boolean> {
    const before = this.#hindrance?.account === account ? this.#hindrance : undefined;
    if (before && before.left > 0) {
      before.left -= 1;
      return false;
    }
    try {
      await this.#options.probe();
      this.#hindrance = undefined;
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== before?.reason) this.#options.say(`Goals in Codex Cloud: none is taken. ${reason}`);
      const pause = before ? Math.min(before.pause * 2 + 1, mostPause) : 0;
      this.#hindrance = { account, reason, pause, left: pause };
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }
}
