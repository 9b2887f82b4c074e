import { randomUUID } from 'node:crypto';
import { describeFailure, interruptsRun } from '../../errors/failure.js';
import { faultOf } from '../../errors/fault-of.js';
import { ProcessLock } from '../../lock/process-lock.js';
import type { Engine, Workflow, WorkflowInfo, WorkflowStatus } from '../engine.js';
import type { Json } from '../json.js';
import { EngineStoppedError, UnknownQueueError, UnknownWorkflowError, UnknownWorkflowRunError } from '../errors.js';
import { outcomeOf, unwrapOutcome } from '../outcome.js';
import { Execution } from './execution.js';
import { Journal } from './journal.js';
import { Mailbox } from './mailbox.js';
import { WorkQueue } from './work-queue.js';

/** Where the files of runs are. */
export interface JournalLayout {
  /** The folder of a run's files, whether or not it exists. Throws when the id is no id. */
  folderOf(id: string): Promise<string> | string;
  /** The ids of all runs that have a folder. */
  list(): Promise<readonly string[]>;
}

const CANCEL = '$cancel';

interface OpenRun {
  readonly journal: Journal;
  readonly execution: Execution;
  readonly observers: Set<() => void>;
  finished: Promise<void>;
  info: WorkflowInfo;
}

const isSettled = ({ status }: WorkflowInfo): boolean => status !== 'running' && status !== 'queued';

/**
 * The embedded engine: a journal file per run, no server.
 *
 * In a run's folder: `journal.jsonl` (what was acknowledged), `inbox/` (signals on their way) and `lock.N` (who runs it).
 */
export class JournalEngine implements Engine {
  readonly #layout: JournalLayout;
  readonly #workflows = new Map<string, Workflow<never>>();
  readonly #queues = new Map<string, WorkQueue>();
  readonly #open = new Map<string, OpenRun>();
  /** Why runs stopped without an end: they stay resumable. */
  readonly #interrupted = new Map<string, Error>();

  constructor(layout: JournalLayout) {
    this.#layout = layout;
  }

  register(...workflows: readonly Workflow<never>[]): void {
    for (const workflow of workflows) this.#workflows.set(workflow.name, workflow);
  }

  defineQueue(name: string, { concurrency }: { readonly concurrency: number }): void {
    this.#queues.set(name, new WorkQueue(concurrency));
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    const runs = [...this.#open.values()];
    for (const { execution } of runs) execution.stop();
    await Promise.all(runs.map(({ finished }) => finished));
  }

  async run<I extends Json>(
    workflow: Workflow<I>,
    input: I,
    { id, queue }: { readonly id: string; readonly queue?: string | undefined },
  ): Promise<void> {
    this.register(workflow);
    if (queue !== undefined && !this.#queues.has(queue)) throw new UnknownQueueError(queue);
    await this.#openRun(id, { workflow: workflow.name, input, ...(queue === undefined ? {} : { queue }) });
  }

  async resume(id: string): Promise<void> {
    if (!(await this.get(id))) throw new UnknownWorkflowRunError(id);
    await this.#openRun(id);
  }

  async #openRun(
    id: string,
    start?: { readonly workflow: string; readonly input: Json; readonly queue?: string },
  ): Promise<void> {
    if (this.#open.has(id)) return;
    const folder = await this.#layout.folderOf(id);
    const lock = await ProcessLock.acquire(`${folder}/lock`, `Run ${id}`);
    let journal: Journal | undefined;
    try {
      journal = await Journal.open(`${folder}/journal.jsonl`, id);
      if (!journal.view.start && start) await journal.record({ type: 'start', data: start });
      await this.#launch(id, journal, lock, new Mailbox(`${folder}/inbox`));
    } catch (error) {
      // Whatever goes wrong here is not what went wrong.
      await journal?.close().catch(() => undefined);
      await lock.release().catch(() => undefined);
      throw error;
    }
  }

  async #launch(id: string, journal: Journal, lock: ProcessLock, mailbox: Mailbox): Promise<void> {
    const started = journal.view.start;
    const lane = started?.queue === undefined ? undefined : this.#queues.get(started.queue);
    const workflow = this.#workflows.get(started?.workflow ?? '');
    if (!started || !workflow) throw new UnknownWorkflowError(id, started?.workflow ?? '');
    const collect = (): Promise<void> =>
      mailbox.empty(async ({ name, payload, key }) => {
        await this.#deliver(id, journal, name, payload, key);
      });
    await collect();
    const run: OpenRun = {
      journal,
      execution: new Execution(id, journal, {
        runChild: async (child, input, options) => {
          await this.run(child, input, options);
          return this.result(options.id);
        },
        parked: (waitingFor) => {
          update('waiting', waitingFor);
        },
        unparked: () => {
          update('running');
        },
      }),
      info: { ...journal.view.info(id), status: lane ? 'queued' : 'running' },
      observers: new Set(),
      finished: Promise.resolve(),
    };
    const update = (status: WorkflowStatus, waitingFor: readonly string[] = []): void => {
      run.info = { ...journal.view.info(id), status, waitingFor };
      for (const observer of run.observers) observer();
    };
    let collecting: Promise<void> = Promise.resolve();
    const stopWatching = await mailbox.watch(() => {
      collecting = collecting.then(collect).catch(() => undefined);
    });
    const execute = async (): Promise<void> => {
      update('running');
      await this.#execute(workflow, journal, run.execution);
    };
    this.#open.set(id, run);
    this.#interrupted.delete(id);
    run.finished = (async () => {
      try {
        if (!journal.view.end) await (lane ? lane.run(execute, run.execution.signal) : execute());
      } catch (error) {
        // A stopped engine, or a disk that fails: the journal has no end, so the run stays resumable.
        this.#interrupted.set(id, error instanceof Error ? error : new EngineStoppedError());
      } finally {
        stopWatching();
        await collecting;
        await journal.close().catch(() => undefined);
        await lock.release().catch(() => undefined);
        this.#open.delete(id);
        update(journal.view.end?.status ?? 'running');
      }
    })();
  }

  async #execute(workflow: Workflow<never>, journal: Journal, execution: Execution): Promise<void> {
    const input = journal.view.start?.input as never;
    try {
      const value = await workflow.run(execution, input);
      await journal.record({
        type: 'end',
        data: { status: 'done', outcome: outcomeOf(value) },
      });
    } catch (thrown) {
      const error = faultOf(thrown);
      if (interruptsRun(error)) throw error;
      const failure = describeFailure(error, 'workflow-failed');
      if (execution.signal.aborted && !journal.view.cancelled) throw error;
      const status = journal.view.cancelled ? 'cancelled' : 'failed';
      await journal.record({ type: 'end', data: { status, outcome: { ok: false, error: failure } } });
    }
  }

  async #deliver(id: string, journal: Journal, name: string, payload: Json, key: string): Promise<void> {
    if (name === CANCEL) {
      await journal.record({ type: 'cancel', data: {} }, { key });
      this.#open.get(id)?.execution.cancel();
    } else {
      await journal.record({ type: 'signal', data: { name, payload } }, { key: `signal:${key}` });
      this.#open.get(id)?.execution.wake();
    }
  }

  /** Lets go of a run without ending it, as if this process had ended: whoever resumes it goes on. */
  async release(id: string): Promise<void> {
    const run = this.#open.get(id);
    run?.execution.stop();
    await run?.finished;
  }

  async result(id: string): Promise<Json | undefined> {
    await this.#open.get(id)?.finished;
    const view = await Journal.read(`${await this.#layout.folderOf(id)}/journal.jsonl`, id);
    if (!view?.start) throw new UnknownWorkflowRunError(id);
    if (!view.end) throw this.#interrupted.get(id) ?? new EngineStoppedError();
    return unwrapOutcome(view.end.outcome);
  }

  async settled(id: string): Promise<WorkflowInfo> {
    const run = this.#open.get(id);
    const interruption = this.#interrupted.get(id);
    if (interruption) throw interruption;
    if (!run) {
      const info = await this.get(id);
      if (!info) throw new UnknownWorkflowRunError(id);
      return info;
    }
    if (isSettled(run.info)) return run.info;
    return new Promise((resolve, reject) => {
      const observer = (): void => {
        const error = this.#interrupted.get(id);
        if (!isSettled(run.info) && !error) return;
        run.observers.delete(observer);
        if (error) reject(error);
        else resolve(run.info);
      };
      run.observers.add(observer);
    });
  }

  async signal(id: string, name: string, payload: Json, key: string = randomUUID()): Promise<void> {
    const run = this.#open.get(id);
    if (run) {
      await this.#deliver(id, run.journal, name, payload, key);
      return;
    }
    if (!(await this.get(id))) throw new UnknownWorkflowRunError(id);
    await new Mailbox(`${await this.#layout.folderOf(id)}/inbox`).post({ name, payload, key });
  }

  /** The payloads that were sent under a name, whether or not the run has seen them. */
  async sent(id: string, name: string): Promise<readonly Json[]> {
    const folder = await this.#layout.folderOf(id);
    const letters = await new Mailbox(`${folder}/inbox`).letters();
    const seen = (await Journal.read(`${folder}/journal.jsonl`, id))?.signals.get(name) ?? [];
    return [
      ...seen.map(({ payload }) => payload),
      ...letters.flatMap((letter) => (letter.name === name ? [letter.payload] : [])),
    ];
  }

  async cancel(id: string): Promise<void> {
    await this.signal(id, CANCEL, null, CANCEL);
  }

  async get(id: string): Promise<WorkflowInfo | undefined> {
    const run = this.#open.get(id);
    if (run) return run.info;
    return Journal.peek(`${await this.#layout.folderOf(id)}/journal.jsonl`, id);
  }

  async list({ status }: { readonly status?: readonly WorkflowStatus[] | undefined } = {}): Promise<
    readonly WorkflowInfo[]
  > {
    const infos = await Promise.all((await this.#layout.list()).map((id) => this.get(id)));
    return infos.filter((info) => info !== undefined).filter((info) => !status || status.includes(info.status));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
