import { lstat } from 'node:fs/promises';
import path from 'node:path';
import {
  type CodexEvent,
  type CodexSession,
  DiffDigestMismatchError,
  ifAbsent,
  OrchError,
  type OpenSessionOptions,
  type RunTurnOptions,
  noTokens,
  resolveInside,
  sha256File,
  type TurnError,
  type TurnResult,
  Workspace,
} from '@codex-orch/core';
import { chooseAttempt } from '../attempt/choose-attempt.js';
import { fetchAttempts } from '../attempt/fetch-attempts.js';
import { judgeAttempts } from '../attempt/judge-attempts.js';
import { reviewContenders } from '../attempt/review-contenders.js';
import { patiently } from '../task/patiently.js';
import { pollTask } from '../task/poll.js';
import type { CloudTurn } from '../task/record.js';
import { asRecorded, type CloudStore, saveTurn } from '../task/store.js';
import { intend, type SubmitOptions, type SubmittedTurn, submitOnce } from '../task/submit-once.js';
import { takeUpTurn } from '../task/take-up-turn.js';
import type { CloudDriverOptions } from './cloud-driver.js';
import { TurnInProgressError } from './errors.js';
import { startingDiffOf } from './starting-diff.js';

interface Turn {
  readonly prompt: string;
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  readonly emit: (event: CodexEvent) => void;
  readonly step: RunTurnOptions['step'];
}

/** One turn is one task of Codex Cloud; what its best attempt changes ends up in the work tree. */
export class CloudSession implements CodexSession {
  readonly #options: CloudDriverOptions;
  readonly #open: OpenSessionOptions;
  #threadId: string | undefined;
  #running: { readonly abort: AbortController; readonly ended: Promise<unknown> } | undefined;

  constructor(options: CloudDriverOptions, open: OpenSessionOptions) {
    this.#options = options;
    this.#open = open;
    this.#threadId = open.threadId;
  }

  get threadId(): string | undefined {
    return this.#threadId;
  }

  /**
   * Submits the prompt, or takes up the task that an earlier call left, waits for it, and puts the best attempt into the work tree. With
   * a step, a turn of it that had come to its end is taken again as it ended.
   *
   * Rejects for what lies around the work, such as an expired login: the task goes on, and the next call finds it.
   */
  async run(prompt: string, { signal, onEvent, step }: RunTurnOptions = {}): Promise<TurnResult> {
    if (this.#running) throw new TurnInProgressError();
    const abort = new AbortController();
    const both = signal ? AbortSignal.any([signal, abort.signal]) : abort.signal;
    const emit = (event: CodexEvent): void => onEvent?.(event);
    const turn = Workspace.open(path.dirname(this.#open.cwd)).then((workspace) =>
      this.#run({ prompt, workspace, signal: both, emit, step }),
    );
    this.#running = { abort, ended: turn.catch(() => undefined) };
    try {
      return await turn;
    } catch (error) {
      if (both.aborted) return this.#result('interrupted', '');
      if (!(error instanceof OrchError) || error.interrupts) throw error;
      return this.#result('failed', '', { code: error.code, message: error.message });
    } finally {
      this.#running = undefined;
    }
  }

  async #run(turn: Turn): Promise<TurnResult> {
    const { store } = this.#options;
    const earlier = await takeUpTurn(store, turn.step);
    if (earlier) turn.emit({ type: 'message', text: `Takes up the task of an earlier try again.` });
    const begun = earlier ? await withItsDiffs(earlier, store) : await this.#intend(turn);
    return begun.outcome ? this.#settle(begun, turn) : this.#settle(await this.#finish(begun, turn), turn);
  }

  async #intend({ prompt, workspace, signal, step }: Turn): Promise<CloudTurn> {
    const { environment, branch, attempts = 1 } = this.#options;
    const { tree } = await workspace.snapshot({ signal });
    const { backoff } = this.#options;
    const how = { ...this.#submitting(), signal, step: step?.key };
    const begin = () => intend({ environment, branch, attempts, prompt }, tree, how);
    return patiently(begin, { backoff, signal });
  }

  #submitting(): SubmitOptions {
    const { cli, store, settleMs, claimed } = this.#options;
    return { cli, store, settleMs, claimed };
  }

  /** Submits, waits, fetches, judges and chooses; the end is recorded. */
  async #finish(turn: CloudTurn, { prompt, workspace, signal, emit }: Turn): Promise<CloudTurn> {
    const { cli, store, timeLimitMs, backoff, verify, review } = this.#options;
    const startTree = turn.startTree ?? workspace.baseTree;
    let submitted: SubmittedTurn;
    try {
      const startingDiff = await startingDiffOf(workspace, startTree, signal);
      // A try that failed may have left evidence, for which the next one looks.
      const submit = async () =>
        submitOnce(await asRecorded(turn, store), { prompt, startingDiff }, { ...this.#submitting(), signal });
      submitted = await patiently(submit, { backoff, signal });
      const { id, url, submittedAt } = submitted.task;
      this.#threadId = id;
      emit({ type: 'thread.started', threadId: id });
      emit({ type: 'message', text: `Codex Cloud works on task ${id}${url === null ? '' : `: ${url}`}` });
      await pollTask(id, {
        cli,
        submittedAt: Date.parse(submittedAt),
        timeLimitMs,
        backoff,
        signal,
        onState: (state) => {
          emit({ type: 'message', text: `Task ${id}: ${state}` });
        },
      });
      const dir = await resolveInside(store.dir, id);
      const fetched = await fetchAttempts(id, { cli, dir, attempts: turn.attempts, backoff, signal });
      const judged = await judgeAttempts(fetched, {
        workspace,
        startTree,
        // One attempt is verified by the gates that come after it.
        verify: fetched.length > 1 ? verify : undefined,
        signal,
      });
      const reviewed = review && (await reviewContenders(judged, { workspace, startTree, review, signal }));
      const { chosen, attempts } = chooseAttempt((reviewed?.judged ?? judged).map(({ judged: attempt }) => attempt));
      const kept = attempts.map((attempt) => ({
        ...attempt,
        diff: attempt.diff && { ...attempt.diff, file: path.join(id, path.basename(attempt.diff.file)) },
      }));
      const cost = reviewed && reviewed.usage.totalTokens > 0 ? { usage: reviewed.usage } : {};
      return await saveTurn(store, { ...submitted, outcome: { kind: 'ready', attempts: kept, chosen, ...cost } });
    } catch (error) {
      if (signal.aborted || !(error instanceof OrchError) || error.interrupts) throw error;
      const { code, message } = error;
      return saveTurn(store, { ...(await asRecorded(turn, store)), outcome: { kind: 'failed', code, message } });
    }
  }

  /** Puts the outcome of a turn into the work tree; repeating is harmless. */
  async #settle({ task, outcome, startTree }: CloudTurn, { workspace, signal, emit }: Turn): Promise<TurnResult> {
    this.#threadId = task?.id ?? this.#threadId;
    if (outcome?.kind !== 'ready')
      return this.#result('failed', '', outcome ?? { code: 'cloud-task-failed', message: 'The task has no outcome.' });
    const winner = outcome.attempts.find(({ number }) => number === outcome.chosen);
    for (const { number, lost } of outcome.attempts)
      if (lost !== null) emit({ type: 'message', text: `Attempt ${number} was not taken: ${lost}` });
    if (!winner?.diff) {
      const why = outcome.attempts.map(({ number, lost }) => `attempt ${number}: ${lost ?? ''}`).join('; ');
      return this.#result('failed', '', {
        code: 'cloud-no-attempt',
        message: `Task ${task?.id ?? ''} of Codex Cloud gave no change that can be used${why === '' ? '' : `: ${why}`}.`,
      });
    }
    const file = await resolveInside(this.#options.store.dir, winner.diff.file);
    const { sha256 } = await sha256File(file, signal);
    if (sha256 !== winner.diff.sha256) throw new DiffDigestMismatchError(file, winner.diff.sha256, sha256);
    const [judged] = await judgeAttempts([{ ...winner.diff, file, number: winner.number }], {
      workspace,
      startTree: startTree ?? workspace.baseTree,
      signal,
    });
    if (judged?.tree === undefined)
      return this.#result('failed', '', {
        code: 'cloud-no-attempt',
        message: judged?.judged.problem ?? 'It does not apply.',
      });
    await workspace.restore(judged.tree, { signal });
    const of = outcome.attempts.length > 1 ? `, attempt ${winner.number} of ${outcome.attempts.length}` : '';
    return this.#result(
      'completed',
      `Task ${task?.id ?? ''} of Codex Cloud${of}: ${winner.changedLines} changed lines.`,
      undefined,
      outcome.usage,
    );
  }

  #result(status: TurnResult['status'], text: string, error?: TurnError, usage = noTokens): TurnResult {
    const { code, message } = error ?? {};
    return {
      threadId: this.#threadId ?? '',
      status,
      text,
      usage,
      ...(code === undefined || message === undefined ? {} : { error: { code, message } }),
    };
  }

  /** Stops waiting; the task goes on in Codex Cloud, which the command line cannot prevent. */
  async interrupt(): Promise<void> {
    this.#running?.abort.abort();
    await this.#running?.ended;
  }

  async close(): Promise<void> {
    await this.interrupt();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A turn whose diffs stayed on the machine that fetched them is waited for, fetched and judged again. */
async function withItsDiffs(turn: CloudTurn, { dir }: CloudStore): Promise<CloudTurn> {
  const { outcome, task } = turn;
  if (task === null || outcome?.kind !== 'ready') return turn;
  const chosen = outcome.attempts.find(({ number }) => number === outcome.chosen)?.diff;
  const isHere = !chosen || (await ifAbsent(lstat(await resolveInside(dir, chosen.file)), undefined)) !== undefined;
  return isHere ? turn : { ...turn, outcome: null };
}
