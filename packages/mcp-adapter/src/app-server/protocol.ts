import { z } from 'zod';

// The parts of the protocol that the driver reads, as `codex app-server generate-ts` prints them for 0.128 to 0.169.

const turnSchema = z.object({
  id: z.string(),
  status: z.string(),
  error: z
    .object({ message: z.string(), codexErrorInfo: z.unknown(), additionalDetails: z.string().nullish() })
    .nullish(),
});

const changeSchema = z.object({
  path: z.string(),
  kind: z.object({ type: z.enum(['add', 'update', 'delete']), move_path: z.string().nullish() }),
  diff: z.string(),
});

const otherItemSchema = z
  .object({ type: z.string(), id: z.string() })
  .transform(({ id }) => ({ type: 'other' as const, id }));

const itemSchema = z.union([
  z.object({ type: z.literal('agentMessage'), id: z.string(), text: z.string() }),
  z.object({
    type: z.literal('commandExecution'),
    id: z.string(),
    command: z.string(),
    status: z.string(),
    exitCode: z.number().nullish(),
  }),
  z.object({ type: z.literal('fileChange'), id: z.string(), changes: z.array(changeSchema), status: z.string() }),
  otherItemSchema,
]);

const tokensSchema = z.object({
  inputTokens: z.number(),
  cachedInputTokens: z.number(),
  outputTokens: z.number(),
  totalTokens: z.number(),
});

/** The notifications that the driver understands; all others are only a sign of life. */
const notificationSchemas = {
  'turn/started': z.object({ threadId: z.string(), turn: turnSchema }),
  'turn/completed': z.object({ threadId: z.string(), turn: turnSchema }),
  'item/started': z.object({ threadId: z.string(), turnId: z.string(), item: itemSchema }),
  'item/completed': z.object({ threadId: z.string(), turnId: z.string(), item: itemSchema }),
  'item/agentMessage/delta': z.object({ threadId: z.string(), turnId: z.string(), delta: z.string() }),
  'thread/tokenUsage/updated': z.object({
    threadId: z.string(),
    turnId: z.string(),
    tokenUsage: z.object({ total: tokensSchema, last: tokensSchema }),
  }),
  error: z.object({
    threadId: z.string(),
    turnId: z.string(),
    willRetry: z.boolean(),
    error: z.object({ message: z.string(), codexErrorInfo: z.unknown() }),
  }),
  warning: z.object({ threadId: z.string().nullish(), message: z.string() }),
} as const;

type Schemas = typeof notificationSchemas;
export type AppServerNotification = {
  [M in keyof Schemas]: { readonly method: M; readonly params: z.infer<Schemas[M]> };
}[keyof Schemas];
export type AppServerItem = z.infer<typeof itemSchema>;

export const threadScopeSchema = z.object({ threadId: z.string() });

export const commandApprovalSchema = z.object({
  kind: z.literal('command').nullish(),
  threadId: z.string(),
  turnId: z.string(),
  itemId: z.string(),
  approvalId: z.string().nullish(),
  reason: z.string().nullish(),
  command: z.string(),
  cwd: z.string(),
  // Not a command alone: what these would grant cannot be shown, so such a request is of unknown shape.
  networkApprovalContext: z.null().optional(),
  additionalPermissions: z.null().optional(),
});

export const fileChangeApprovalSchema = z.object({
  threadId: z.string(),
  turnId: z.string(),
  itemId: z.string(),
  reason: z.string().nullish(),
  grantRoot: z.string().nullish(),
});

export const threadStartedSchema = z.object({
  thread: z.object({
    id: z.string(),
    status: z.object({ type: z.string() }).nullish(),
    turns: z.array(z.object({ id: z.string(), status: z.string(), items: z.array(itemSchema).nullish() })).nullish(),
  }),
});

export const turnStartedSchema = z.object({ turn: z.object({ id: z.string() }) });

export const authStatusSchema = z.object({
  authMethod: z.string().nullish(),
  requiresOpenaiAuth: z.boolean().nullish(),
});

/** Reads a notification; undefined when this version does not know it, or not in this shape. */
export function readNotification(method: string, params: unknown): AppServerNotification | undefined {
  if (!Object.hasOwn(notificationSchemas, method)) return undefined;
  const parsed = notificationSchemas[method as keyof Schemas].safeParse(params);
  return parsed.success ? ({ method, params: parsed.data } as AppServerNotification) : undefined;
}
