import { judgeDocument } from '@codex-orch/core';
import { z } from 'zod';

/** Tokens that a scripted step reports; counted from the text when absent. */
export interface StepUsage {
  readonly input: number;
  readonly output: number;
}

/** What every step may carry. */
interface StepBase {
  readonly usage?: StepUsage | undefined;
}

/** A fault without `times` happens at every request; with it, the next step takes over after that many. */
interface FaultBase extends StepBase {
  readonly times?: number | undefined;
}

/** One thing the scripted model does. */
export type Step =
  /** A message of the assistant. */
  | (StepBase & { readonly say: string })
  /** A message whose text is this value as JSON. */
  | (StepBase & { readonly json: unknown })
  /** A call of whatever shell tool the request offers. */
  | (StepBase & {
      readonly shell: string;
      /** The working folder, when it is not the turn's. */
      readonly workdir?: string | undefined;
      /** Milliseconds the tool waits before it hands back output. */
      readonly yieldMs?: number | undefined;
    })
  /** A patch in Codex's format, through the tool the request offers for it. */
  | (StepBase & { readonly applyPatch: string })
  /** A shell call that asks to leave the sandbox. */
  | (StepBase & { readonly escalate: { readonly command: string; readonly justification: string } })
  /** Any function call; an Agents SDK handoff is one to `transfer_to_<agent>`. */
  | (StepBase & { readonly call: { readonly name: string; readonly arguments?: unknown } })
  /** An HTTP error, in OpenAI's shape. */
  | (StepBase & {
      readonly fail: {
        readonly status: number;
        readonly code?: string | undefined;
        readonly message?: string | undefined;
        /** How many requests fail before the next step takes over; all of them when absent. */
        readonly times?: number | undefined;
      };
    })
  /** A pause, in milliseconds, within the same response. */
  | (StepBase & { readonly delayMs: number })
  /** The response begins and then says nothing until the client goes. */
  | (FaultBase & { readonly stall: true })
  /** The socket is cut in the middle of the response. */
  | (FaultBase & { readonly disconnect: true })
  /** The response is not valid, then ends. */
  | (FaultBase & { readonly malformed: true });

const usage = z
  .strictObject({ input: z.number().int().nonnegative(), output: z.number().int().nonnegative() })
  .optional();
const times = z.number().int().positive().optional();

const stepKinds = {
  say: z.strictObject({ say: z.string(), usage }),
  json: z.strictObject({ json: z.json(), usage }),
  shell: z.strictObject({
    shell: z.string().min(1),
    workdir: z.string().optional(),
    yieldMs: z.number().int().positive().optional(),
    usage,
  }),
  applyPatch: z.strictObject({ applyPatch: z.string().min(1), usage }),
  escalate: z.strictObject({
    escalate: z.strictObject({ command: z.string().min(1), justification: z.string() }),
    usage,
  }),
  call: z.strictObject({ call: z.strictObject({ name: z.string().min(1), arguments: z.json().optional() }), usage }),
  fail: z.strictObject({
    fail: z.strictObject({
      status: z.number().int().min(400).max(599),
      code: z.string().optional(),
      message: z.string().optional(),
      times,
    }),
    usage,
  }),
  delayMs: z.strictObject({ delayMs: z.number().int().nonnegative().max(600_000), usage }),
  stall: z.strictObject({ stall: z.literal(true), times, usage }),
  disconnect: z.strictObject({ disconnect: z.literal(true), times, usage }),
  malformed: z.strictObject({ malformed: z.literal(true), times, usage }),
} satisfies Record<string, z.ZodType<Step>>;

const kinds = Object.keys(stepKinds) as (keyof typeof stepKinds)[];

/** Checks one {@link Step}. A plain union would answer "invalid input"; this names the key at fault. */
export const stepSchema: z.ZodType<Step> = z.looseObject({}).transform((value, context): Step => {
  const present = kinds.filter((kind) => kind in value);
  const [kind] = present;
  if (kind === undefined || present.length > 1) {
    context.addIssue({
      code: 'custom',
      message: `a step has exactly one of ${kinds.join(', ')}; this one has ${present.length > 1 ? present.join(' and ') : `none (keys: ${Object.keys(value).join(', ') || 'no keys'})`}`,
    });
    return z.NEVER;
  }
  const { data, problems } = judgeDocument<Step>(stepKinds[kind], value);
  if (!problems) return data;
  for (const { message, path } of problems) context.addIssue({ code: 'custom', message, path: [...path] });
  return z.NEVER;
});
