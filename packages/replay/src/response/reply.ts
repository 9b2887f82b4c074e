/** An output item of the model, in the wire format. */
export type OutputItem = Readonly<Record<string, unknown>> & { readonly type: string };

export interface ReplyUsage {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  readonly reasoning: number;
}

/** One thing done while a response is under way. */
export type Act =
  | { readonly item: OutputItem }
  | { readonly delayMs: number }
  /** After `stall`, `disconnect` and `malformed` nothing more is sent. */
  | { readonly fault: 'stall' | 'disconnect' | 'malformed' };

/** What the stand-in answers, before it is put into SSE or JSON. */
export type Reply =
  | { readonly kind: 'error'; readonly status: number; readonly error: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'response';
      readonly id: string;
      readonly model: string;
      readonly acts: readonly Act[];
      readonly usage: ReplyUsage;
      /** How the response ends; `completed` when absent. */
      readonly end?:
        { readonly status: 'failed' | 'incomplete'; readonly error?: unknown; readonly details?: unknown } | undefined;
    };
