import { watch } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type Approval,
  type ApprovalDecision,
  approvalSchema,
  type AuditEntry,
  type CodexApprovalRequest,
  OrchError,
  type RunStore,
  sha256,
} from '@codex-orch/core';
import { actorOf, type Notary } from './notary.js';

/** The digest that an answer to this request must carry. */
export const elevationDigest = (request: CodexApprovalRequest): string => sha256(JSON.stringify(request));

export const answersDir = (runDir: string): string => path.join(runDir, 'answers');

export const answerFile = (runDir: string, digest: string): string => path.join(answersDir(runDir), `${digest}.json`);

export interface ElevationDeskOptions {
  readonly store: RunStore;
  readonly notary: Notary;
  readonly policy: 'ask' | 'deny';
  readonly timeoutMs: number;
  /** Asks the person at this terminal, if there is one. */
  readonly askHere?: ((request: CodexApprovalRequest, signal: AbortSignal) => Promise<Approval>) | undefined;
}

interface Answer {
  readonly decision: ApprovalDecision;
  readonly why: string;
  readonly approval?: Approval | undefined;
}

/**
 * Decides what Codex may do beyond its sandbox. Without a human who says yes to exactly this request, the answer is no.
 */
export class ElevationDesk {
  readonly #options: ElevationDeskOptions;

  constructor(options: ElevationDeskOptions) {
    this.#options = options;
  }

  readonly decide = async (request: CodexApprovalRequest, signal: AbortSignal): Promise<ApprovalDecision> => {
    const { store, policy } = this.#options;
    const digest = elevationDigest(request);
    const asks = policy === 'ask' && request.kind !== 'unknown';
    await store.append(
      { type: 'elevation.requested', data: { request: JSON.parse(JSON.stringify(request)) as never, waiting: asks } },
      { actor: 'codex' },
    );
    const answer =
      (await this.#onRecord('codex', request, { action: 'elevation-request', outcome: 'noted' })) ??
      (asks ? await this.#askHuman(request, digest, signal) : this.#refuse(request));
    const outcome = answer.decision === 'approve' ? 'approved' : 'denied';
    const actor = answer.approval ? actorOf(answer.approval) : 'policy';
    const refused = await this.#onRecord(actor, request, {
      action: 'elevation-decision',
      outcome,
      detail: answer.why,
    });
    const { decision, why, approval } = refused && outcome === 'approved' ? refused : answer;
    await store.append(
      { type: 'elevation.decided', data: { id: request.id, decision, why, ...(approval ? { approval } : {}) } },
      { actor: approval ? actor : 'policy' },
    );
    return decision;
  };

  /** What cannot be put on record is denied. */
  async #onRecord(
    actor: string,
    request: CodexApprovalRequest,
    entry: Pick<AuditEntry, 'action' | 'outcome' | 'detail'>,
  ): Promise<Answer | undefined> {
    const { notary, store } = this.#options;
    const subject = { kind: 'elevation', id: request.id, sha256: elevationDigest(request) };
    try {
      await notary.record(actor, { ...entry, runId: store.location.runId, subject });
      return undefined;
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
      return { decision: 'deny', why: error.message };
    }
  }

  #refuse(request: CodexApprovalRequest): Answer {
    const why =
      request.kind === 'unknown'
        ? `"${request.method}" is a request of unknown shape`
        : 'the policy denies every elevation';
    return { decision: 'deny', why };
  }

  async #askHuman(request: CodexApprovalRequest, digest: string, turn: AbortSignal): Promise<Answer> {
    const { timeoutMs, askHere, store, notary } = this.#options;
    const over = new AbortController();
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([turn, timeout, over.signal]);
    try {
      const approval = await Promise.race([
        waitForAnswer(store.dir, digest, signal),
        ...(askHere ? [askHere(request, signal)] : []),
      ]);
      if (approval.by.actor !== 'human' || approval.subject.sha256 !== digest)
        return { decision: 'deny', why: 'the answer was not a human decision on this request' };
      await notary.check(approval);
      return {
        decision: approval.decision === 'approved' ? 'approve' : 'deny',
        why: `${approval.by.name} decided`,
        approval,
      };
    } catch (error) {
      if (turn.aborted) return { decision: 'abort', why: 'the turn was ended' };
      if (timeout.aborted)
        return { decision: 'deny', why: `nobody answered within ${Math.round(timeoutMs / 1000)} seconds` };
      if (error instanceof OrchError) return { decision: 'deny', why: error.message };
      return {
        decision: 'deny',
        why: `the question could not be asked: ${error instanceof Error ? error.message : String(error)}`,
      };
    } finally {
      over.abort();
    }
  }
}

/** Waits for another process to put an answer into the run directory. */
async function waitForAnswer(runDir: string, digest: string, signal: AbortSignal): Promise<Approval> {
  await mkdir(answersDir(runDir), { recursive: true });
  return new Promise((resolve, reject) => {
    const look = (): void => {
      readFile(answerFile(runDir, digest), 'utf8').then(
        (text) => {
          finish(() => {
            try {
              resolve(approvalSchema.parse(JSON.parse(text)));
            } catch (error) {
              reject(error instanceof Error ? error : new TypeError(String(error)));
            }
          });
        },
        () => undefined,
      );
    };
    const finish = (settle: () => void): void => {
      clearInterval(timer);
      watcher.close();
      signal.removeEventListener('abort', aborted);
      settle();
    };
    const aborted = (): void => {
      finish(() => {
        reject(signal.reason as Error);
      });
    };
    const watcher = watch(answersDir(runDir), { persistent: false }, look);
    // Notifications are lost on some file systems.
    const timer = setInterval(look, 500);
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) aborted();
    else look();
  });
}
