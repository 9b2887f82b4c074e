import { randomUUID } from 'node:crypto';
import {
  type Approval,
  type ApprovalDecision,
  approvalSchema,
  type AuditEntry,
  canonicalJson,
  type CodexApprovalRequest,
  type Elevation,
  elevationContent,
  elevationDigest,
  EngineStoppedError,
  failpoint,
  type Json,
  OrchError,
  type RunStore,
  sha256,
  type StepContext,
} from '@codex-orch/core';
import { actorOf, type Notary } from './notary.js';

/** The signal by which an answer reaches the process that holds the run. */
export const elevationSignal = 'elevation';

/** An elevation as somebody is asked about it. */
export interface OpenElevation extends Elevation {
  readonly runId: string;
}

export interface ElevationDeskOptions {
  readonly store: RunStore;
  readonly notary: Notary;
  readonly policy: 'ask' | 'deny';
  /** How long this process waits for an answer, in milliseconds; the request stays open after that. */
  readonly patienceMs: number;
  /** Told of every request that begins to wait. */
  readonly onWaiting?: ((elevation: OpenElevation) => void) | undefined;
  /** Asks the person at this terminal, if there is one. */
  readonly askHere?: ((elevation: OpenElevation, signal: AbortSignal) => Promise<Approval>) | undefined;
}

/** Longest request, in characters, that is shown whole. What cannot be shown cannot be asked. */
const maxContent = 64 * 1024;

const isTooLong = (request: CodexApprovalRequest): boolean => elevationContent(request).length > maxContent;

interface Answer {
  readonly decision: Exclude<ApprovalDecision, 'leave'>;
  readonly why: string;
  readonly approval?: Approval | undefined;
}

/**
 * Decides what Codex may do beyond its sandbox. Without a human who says yes to exactly this request, the answer is no.
 *
 * A request waits as long as its turn does, with or without a process: what nobody has answered is left, and a turn that is taken up
 * again or repeated meets the answer that came meanwhile. An answer is used once, and recorded before Codex gets it.
 */
export class ElevationDesk {
  readonly #options: ElevationDeskOptions;
  /** Requests that are being decided in this process. */
  readonly #asking = new Set<string>();
  #opening: Promise<unknown> = Promise.resolve();
  #asked: Promise<unknown> = Promise.resolve();

  constructor(options: ElevationDeskOptions) {
    this.#options = options;
  }

  readonly decide = async (
    request: CodexApprovalRequest,
    signal: AbortSignal,
    step: Pick<StepContext, 'observe'>,
  ): Promise<ApprovalDecision> => {
    const asks = this.#options.policy === 'ask' && request.kind !== 'unknown' && !isTooLong(request);
    const { elevation, isNew } = await this.#open(request, asks);
    try {
      const answer =
        (isNew
          ? await this.#onRecord('codex', elevation, { action: 'elevation-request', outcome: 'noted' })
          : undefined) ?? (asks ? await this.#askHuman(elevation, signal, step) : this.#refuse(request));
      return answer ? await this.#close(elevation, answer) : 'leave';
    } finally {
      this.#asking.delete(elevation.id);
    }
  };

  /** The request as it waits already, since before the turn was cut off, or as a new one. */
  #open(
    request: CodexApprovalRequest,
    waiting: boolean,
  ): Promise<{ readonly elevation: OpenElevation; readonly isNew: boolean }> {
    const { store } = this.#options;
    const { runId } = store.location;
    const opened = this.#opening.then(async () => {
      const content = elevationContent(request);
      const known = store.state.elevations.find(
        (open) => !this.#asking.has(open.id) && elevationContent(open.request) === content,
      );
      if (known) {
        this.#asking.add(known.id);
        return { elevation: { ...known, runId }, isNew: false };
      }
      const open = { id: `e${store.state.elevationCount + 1}`, nonce: randomUUID(), request };
      const elevation = { ...open, sha256: elevationDigest(runId, open) };
      await store.append({ type: 'elevation.requested', data: { ...elevation, waiting } }, { actor: 'codex' });
      failpoint('elevation.requested');
      this.#asking.add(elevation.id);
      return { elevation: { ...elevation, runId }, isNew: true };
    });
    this.#opening = opened.catch(() => undefined);
    return opened;
  }

  async #close(elevation: OpenElevation, answer: Answer): Promise<ApprovalDecision> {
    const outcome = answer.decision === 'approve' ? 'approved' : 'denied';
    const actor = answer.approval ? actorOf(answer.approval) : 'policy';
    const refused = await this.#onRecord(actor, elevation, {
      action: 'elevation-decision',
      outcome,
      detail: answer.why,
    });
    const { decision, why, approval } = refused && outcome === 'approved' ? refused : answer;
    await this.#options.store.append(
      {
        type: 'elevation.decided',
        data: { id: elevation.id, decision, why, ...(approval ? { approval } : {}) },
      },
      { actor: approval ? actor : 'policy' },
    );
    failpoint('elevation.decided');
    return decision;
  }

  /** What cannot be put on record is denied. */
  async #onRecord(
    actor: string,
    { id, sha256: digest, runId }: OpenElevation,
    entry: Pick<AuditEntry, 'action' | 'outcome' | 'detail'>,
  ): Promise<Answer | undefined> {
    try {
      await this.#options.notary.record(actor, { ...entry, runId, subject: { kind: 'elevation', id, sha256: digest } });
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
        : isTooLong(request)
          ? `it is longer than ${maxContent} characters, which nobody can read before answering`
          : 'the policy denies every elevation';
    return { decision: 'deny', why };
  }

  /** The human's answer; undefined when the request is left open. */
  async #askHuman(
    elevation: OpenElevation,
    turn: AbortSignal,
    step: Pick<StepContext, 'observe'>,
  ): Promise<Answer | undefined> {
    const { patienceMs, askHere, onWaiting } = this.#options;
    const over = new AbortController();
    const patience = AbortSignal.timeout(patienceMs);
    const signal = AbortSignal.any([turn, patience, over.signal]);
    const refused = new Set<string>();
    const accept = (payload: Json): boolean => isAbout(payload, elevation) && !refused.has(canonicalJson(payload));
    try {
      onWaiting?.(elevation);
      const here = askHere && this.#inTurn(() => askHere(elevation, signal));
      for (;;) {
        const posted = step.observe(elevationSignal, accept, { signal });
        const said = await Promise.race([posted, ...(here ? [here] : [])]);
        const approval = approvalSchema.parse(said);
        const reason = await this.#fault(approval, elevation);
        if (reason === undefined)
          return {
            decision: approval.decision === 'approved' ? 'approve' : 'deny',
            why: `${approval.by.name} decided`,
            approval,
          };
        refused.add(canonicalJson(said));
        await this.#noteRefused(approval, reason);
        if (approval.channel === 'terminal') return { decision: 'deny', why: reason };
      }
    } catch (error) {
      if (turn.aborted)
        return turn.reason instanceof EngineStoppedError ? undefined : { decision: 'abort', why: 'the turn was ended' };
      if (patience.aborted) return undefined;
      return {
        decision: 'deny',
        why:
          error instanceof OrchError
            ? error.message
            : `the question could not be asked: ${error instanceof Error ? error.message : String(error)}`,
      };
    } finally {
      over.abort();
    }
  }

  /** One question at a time: two that share a terminal would share the answer. */
  #inTurn(ask: () => Promise<Approval>): Promise<Approval> {
    const asked = this.#asked.then(ask);
    this.#asked = asked.catch(() => undefined);
    return asked;
  }

  /** Why an answer does not count. */
  async #fault(approval: Approval, elevation: OpenElevation): Promise<string | undefined> {
    if (approval.by.actor !== 'human') return `a human has to answer, not a ${approval.by.actor}`;
    if (approval.subject.sha256 !== elevation.sha256) return 'the answer is for another request';
    try {
      await this.#options.notary.check(approval);
      return undefined;
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
      return error.message;
    }
  }

  /** An answer that does not count is on record, and the request goes on waiting. */
  async #noteRefused(approval: Approval, reason: string): Promise<void> {
    await this.#options.store.append(
      { type: 'approval.refused', data: { approval, reason } },
      { actor: actorOf(approval), key: `refused:${sha256(canonicalJson(approval))}` },
    );
  }
}

function isAbout(payload: Json, { id }: OpenElevation): boolean {
  const { success, data } = approvalSchema.safeParse(payload);
  return success && data.subject.kind === 'elevation' && data.subject.id === id;
}
