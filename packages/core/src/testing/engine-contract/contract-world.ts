import type { Ctx, Engine, Json, Workflow } from '../../engine/index.js';

export interface EngineContractOptions {
  /** Makes an engine over storage that only this test uses; called again, it must see what the last one stored. */
  readonly open: (storage: string) => Promise<Engine>;
  /** A new, empty storage, and its name. */
  readonly newStorage: () => Promise<string>;
}

/** A storage of its own for each test, and the engine that runs on it at the moment. */
export class ContractWorld {
  readonly #options: EngineContractOptions;
  #storage = '';
  #engine: Engine | undefined;
  #lastId = 0;

  constructor(options: EngineContractOptions) {
    this.#options = options;
  }

  get engine(): Engine {
    if (!this.#engine) throw new Error('There is no engine outside of a test.');
    return this.#engine;
  }

  /** An id that no other run of this suite has. */
  id(): string {
    return `01J0000000000000000000${String(++this.#lastId).padStart(4, '0')}`;
  }

  async begin(): Promise<void> {
    this.#storage = await this.#options.newStorage();
    await this.reopen();
    await this.engine.start();
  }

  /** Opens another engine on the same storage, as the next process would; it is not started. */
  async reopen(): Promise<void> {
    this.#engine = await this.#options.open(this.#storage);
  }

  async restart(): Promise<void> {
    await this.engine.stop();
    await this.reopen();
    await this.engine.start();
  }
}

export const workflow = <I extends Json>(
  name: string,
  run: (ctx: Ctx, input: I) => Promise<Json | undefined>,
): Workflow<I> => ({ name, run });

export const deferred = <T = void>(): { promise: Promise<T>; resolve: (value: T) => void } => {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};
