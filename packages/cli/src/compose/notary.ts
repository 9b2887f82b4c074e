import path from 'node:path';
import {
  type Approval,
  approvalText,
  type AuditEntry,
  AuditLog,
  type AuditProblem,
  AllowedSignersError,
  headText,
  type HeadSigning,
  OrchError,
  type Redactor,
  type ResolvedConfig,
  type RunHead,
  signText,
  userHome,
  type SecretFailure,
  verifyApproval,
  type VerifyRunOptions,
  verifySignature,
} from '@codex-orch/core';
import { orchHome } from './orch-home.js';

export interface NotaryOptions {
  readonly config: ResolvedConfig['signing'];
  readonly env: NodeJS.ProcessEnv;
  /** What it knows is not put on record. */
  readonly redactor?: Redactor | undefined;
  /** Root of the repository that is decided about; null for what is about none. */
  readonly repository: string | null;
  /** Told what went wrong without stopping anything. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Who writes next waits for a signature that a person has to confirm, in milliseconds. */
const signingPatienceMs = 65_000;

/** Somebody who decided something, as logs name them. */
export const actorOf = ({ by }: Pick<Approval, 'by'>): string => `${by.actor}:${by.email || by.name}`;

/** Signs what people decide, checks what they signed, and puts it on record outside the repository. */
export class Notary {
  readonly #options: NotaryOptions;
  readonly #audit: AuditLog;

  constructor(options: NotaryOptions) {
    this.#options = options;
    const signing = this.#headSigning();
    this.#audit = new AuditLog(orchHome(options.env), {
      redactor: options.redactor,
      signing,
      ...(signing ? { patienceMs: signingPatienceMs } : {}),
    });
  }

  /** Throws `AuditUnavailableError`: then the decision must not be taken. */
  record(actor: string, entry: Omit<AuditEntry, 'repository'>): Promise<void> {
    return this.#audit.append(actor, { ...entry, repository: this.#options.repository });
  }

  /** Does something that is on record before it begins. Throws `AuditUnavailableError` and what `act` throws. */
  recorded<T>(actor: string, entry: Omit<AuditEntry, 'repository' | 'outcome'>, act: () => Promise<T>): Promise<T> {
    return this.#audit.around(actor, { ...entry, repository: this.#options.repository }, act);
  }

  /** The approval with its maker's signature, where a key is configured. Throws `SigningFailedError`. */
  async sign(said: Approval, signal?: AbortSignal): Promise<Approval> {
    // What is recorded is without secrets, so that is what has to be signed.
    const approval = this.#options.redactor?.json(said) ?? said;
    const signature = await this.signature(approvalText(approval), actorOf(approval), approval.subject, signal);
    return signature === undefined ? approval : { ...approval, signature };
  }

  /** The signature of any record of what somebody said; undefined where no key is configured. Throws `SigningFailedError`. */
  async signature(
    text: string,
    actor: string,
    subject: NonNullable<AuditEntry['subject']>,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const { config, env } = this.#options;
    if (config.key === undefined) return undefined;
    try {
      return await signText(text, { key: this.#own(config.key), env, signal });
    } catch (error) {
      await this.#signingFailed(actor, subject.kind === 'diff' ? subject.id : null, subject, error);
      throw error;
    }
  }

  /** Throws for an approval that does not count: where signatures are required, one that its maker did not sign. */
  readonly check = async (approval: Approval): Promise<void> => {
    const { require, allowedSigners } = this.signatures ?? {};
    if (require !== true || allowedSigners === undefined) return;
    await verifyApproval(approval, { allowedSigners, env: this.#options.env });
  };

  /** How a run's signatures are checked; undefined where no signers are configured. */
  get signatures(): VerifyRunOptions['signatures'] {
    const { config, env } = this.#options;
    if (config.allowedSigners === undefined) return undefined;
    return { allowedSigners: this.#own(config.allowedSigners), require: config.require, env };
  }

  /**
   * Puts the end of a run's events on record, and signs it where a key is configured.
   *
   * Never throws: the run has come to its rest already, and `runs verify` tells what is missing.
   */
  readonly seal = async (head: RunHead): Promise<string | undefined> => {
    const { config, env, onWarning } = this.#options;
    const subject = { kind: 'head', id: `${head.seq}`, sha256: head.hash };
    const warn = (error: unknown): void => {
      if (!(error instanceof OrchError)) throw error;
      onWarning?.(`The end of run ${head.runId} is not sealed: ${error.message}`);
    };
    await this.record('orchestrator', { action: 'head', runId: head.runId, subject, outcome: 'noted' }).catch(warn);
    if (config.key === undefined) return undefined;
    try {
      return await signText(headText(head), { key: this.#own(config.key), env });
    } catch (error) {
      await this.#signingFailed('orchestrator', head.runId, subject, error);
      warn(error);
      return undefined;
    }
  };

  /** All that is wrong with the audit log. Throws `LockedError` and `AllowedSignersError`. */
  verifyAudit(): Promise<readonly AuditProblem[]> {
    const { signatures } = this;
    return this.#audit.verify({ signatures, expectSigned: this.#options.config.key !== undefined });
  }

  /** Puts on record that a secret could not be had: which, and why in one word, nothing that its source said. Never throws. */
  readonly secretFailed = async ({ name, from, code }: SecretFailure): Promise<void> => {
    const subject = { kind: 'secret', id: name, sha256: null };
    const entry = { action: 'secret-failure', runId: null, subject, outcome: 'failed' } as const;
    // The failure itself is told in any case.
    await this.record('orchestrator', { ...entry, detail: `${from}: ${code}` }).catch(() => undefined);
  };

  /** The ends of a run's events that were put on record, since another machine's took their place. Throws `LogDamagedError`. */
  async anchors(runId: string): Promise<NonNullable<VerifyRunOptions['anchors']>> {
    const entries = (await this.#audit.read()).filter((entry) => entry.runId === runId);
    const replaced = entries.findLastIndex(({ action, outcome }) => action === 'run-replaced' && outcome === 'begun');
    return entries
      .slice(replaced + 1)
      .flatMap(({ action, subject }) =>
        action === 'head' && subject?.sha256 ? [{ seq: Number(subject.id), hash: subject.sha256 }] : [],
      );
  }

  /** How the ends of the audit log are signed; undefined where no key is configured. */
  #headSigning(): HeadSigning | undefined {
    const { config, env, onWarning } = this.#options;
    const { key } = config;
    if (key === undefined) return undefined;
    return {
      sign: async (text) => {
        try {
          return await signText(text, { key: this.#own(key), env });
        } catch (error) {
          if (!(error instanceof OrchError)) throw error;
          // Not on record: that would be the next entry that cannot be signed.
          onWarning?.(`The end of the audit log is not signed: ${error.message}`);
          return undefined;
        }
      },
      ...(config.allowedSigners === undefined ? {} : { check: this.#checkHead(this.#own(config.allowedSigners)) }),
    };
  }

  #checkHead(allowedSigners: string): HeadSigning['check'] {
    return async (text, signature, at) => {
      try {
        await verifySignature(text, signature, { allowedSigners, env: this.#options.env, at });
        return undefined;
      } catch (error) {
        if (!(error instanceof OrchError) || error instanceof AllowedSignersError) throw error;
        return error.message;
      }
    };
  }

  async #signingFailed(
    actor: string,
    runId: string | null,
    subject: AuditEntry['subject'],
    error: unknown,
  ): Promise<void> {
    const entry = { action: 'signing-failure', runId, subject, outcome: 'failed' } as const;
    const detail = error instanceof Error ? error.message : String(error);
    // The failure itself is told in any case.
    await this.record(actor, { ...entry, detail }).catch(() => undefined);
  }

  #own(file: string): string {
    return file.startsWith('~/') ? path.join(userHome(this.#options.env), file.slice(2)) : file;
  }
}
