import { DbosRuntime } from '../dbos-runtime.js';
import type { Claim } from '../run/claim.js';
import { type Claimant, Claims } from '../run/claims.js';
import { Executions, type ExecutionsOptions } from '../run/executions.js';
import type { Queues } from '../run/queues.js';
import { Intake } from './intake.js';
import { WorkerSession } from './worker-session.js';

export interface WorkerOptions extends Omit<ExecutionsOptions, 'claims'> {
  readonly claimant: Claimant;
  readonly queues: Queues;
  /** How long this worker may be silent before others take its runs, in milliseconds. */
  readonly leaseMs: number;
  /** Whether runs of dead workers are taken over. */
  readonly takesOver: boolean;
  /** Told, in words that may be shown, what an operator wants to know. */
  readonly onNotice: ((message: string) => void) | undefined;
  /** Called with what is announced, and with undefined when it is time to look at everything. */
  readonly onNews: (about: string | undefined) => void;
  /** Called once when this process may not work any more. */
  readonly onLost: (error: Error) => void;
}

interface Launched {
  readonly claims: Claims;
  readonly executions: Executions;
  readonly session: WorkerSession;
  readonly runtime: DbosRuntime;
}

/** What is not announced is looked for this often. */
const lookEveryMs = 1000;

/** This process while it works: its lease, its DBOS, and the runs that it takes and executes. */
export class Worker implements AsyncDisposable {
  readonly #launched: Launched;
  readonly #intake: Intake;
  readonly #looking: NodeJS.Timeout;

  private constructor(options: WorkerOptions, launched: Launched) {
    this.#launched = launched;
    this.#intake = new Intake({
      ...options,
      claims: launched.claims,
      countOf: (queue) => launched.executions.countOf(queue),
      isExecuted: (id) => launched.executions.find(id) !== undefined,
      launch: (taken) => this.#launch(taken),
    });
    this.#looking = setInterval(() => {
      options.onNews(undefined);
    }, lookEveryMs);
  }

  /** Throws `ExecutorTakenError`, `SecondEngineError`, and what the database throws; then nothing is left of it. */
  static async start(options: WorkerOptions): Promise<Worker> {
    const { database, claimant, queues, onNotice, onLost } = options;
    const claims = new Claims(database, claimant);
    const executions = new Executions({ ...options, claims });
    let worker: Worker | undefined;
    const session = await WorkerSession.open({
      ...options,
      queues: () => queues.names,
      onTakeOver: (executors) => {
        for (const executor of executors)
          onNotice?.(`Worker ${executor} has stopped answering; what it worked on goes to whoever has room for it.`);
        worker?.look();
      },
      onLost: (error) => {
        onNotice?.(error.message);
        onLost(error);
      },
    });
    try {
      const runtime = await DbosRuntime.launch({
        database,
        launch: claimant.launch,
        version: claimant.version,
        execute: async (id) => {
          await executions.execute(id);
          worker?.look();
        },
      });
      worker = new Worker(options, { claims, executions, session, runtime });
      return worker;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  get executions(): Executions {
    return this.#launched.executions;
  }

  /** There may be something to take. */
  look(): void {
    this.#intake.look();
  }

  /** Something was announced: about one run, or about a queue; or, with undefined, anything may have happened. */
  hear(about: string | undefined): void {
    this.executions.attend(about);
    if (about === undefined || about.startsWith('queue')) this.look();
  }

  /** Takes and begins one run, unless somebody executes it. */
  take(id: string): Promise<void> {
    return this.#intake.take(id);
  }

  async #launch(claims: readonly Claim[]): Promise<void> {
    const [first] = claims;
    if (!first) return;
    this.executions.hold(claims);
    await this.#launched.runtime.dispatch(
      claims.map(({ id }) => id),
      first.token,
    );
    await this.executions.giveBackUnbegun(claims);
  }

  /** To be called once its executions are told to stop: waits for them, and gives back the lease. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { executions, runtime, session } = this.#launched;
    clearInterval(this.#looking);
    await this.#intake.settled();
    await executions.none();
    await runtime[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();
  }
}
