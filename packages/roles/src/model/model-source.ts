import type { TokenUsage } from '@codex-orch/core';

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Somebody that the work can be handed to. */
export interface Choice {
  readonly name: string;
  readonly description: string;
}

/** The shape of the answer: JSON by a schema, or exactly one handoff with a reason. */
export type AnswerFormat =
  | { readonly kind: 'json'; readonly name: string; readonly schema: JsonSchema }
  | { readonly kind: 'handoff'; readonly choices: readonly Choice[] };

/** An answer that could not be used, shown to the model with what was wrong. */
export interface Correction {
  readonly answer: string;
  readonly problem: string;
}

/** What a role asks a model. */
export interface Question {
  readonly instructions: string;
  readonly prompt: string;
  readonly correction?: Correction | undefined;
  readonly format: AnswerFormat;
  /** Absolute path of the work tree. */
  readonly cwd: string;
}

export interface AskOptions {
  /** 1 for the first try of this question. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** Told what the call cost, also when it fails. */
  readonly onUsage: (usage: TokenUsage) => void;
}

/** Where answers come from. */
export interface ModelSource {
  /** For messages, e.g. `model "gpt-5.5"`. */
  readonly name: string;
  /**
   * Asks once; nothing is tried again here.
   *
   * A handoff is answered with the JSON text `{"handoff": <name>, "reason": <words>}`.
   * Throws a `ModelCallError`, or the signal's reason when it was aborted.
   */
  ask(question: Question, options: AskOptions): Promise<string>;
}
