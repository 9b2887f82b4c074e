import { z } from 'zod';

const states = ['pending', 'ready', 'applied', 'error'] as const;

/** How a task stands, in Codex's words. `applied` is a ready one whose diff was applied somewhere. */
export type CloudTaskState = (typeof states)[number];

/**
 * Reads what `codex cloud status` prints: `[READY] title`, then the environment, then the size of the diff.
 *
 * A title may have lines of its own, so only the very beginning counts. Undefined for anything else.
 */
export function readStatus(printed: string): CloudTaskState | undefined {
  const [, state] = /^\[([A-Z]+)\] /.exec(printed) ?? [];
  return states.find((known) => known === state?.toLowerCase());
}

const listedTaskSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(states),
  updated_at: z.iso.datetime({ offset: true }),
  environment_id: z.string().nullish(),
  environment_label: z.string().nullish(),
});

const listSchema = z.object({ tasks: z.array(listedTaskSchema), cursor: z.string().nullish() });

/** A task as `codex cloud list --json` tells of it. */
export interface ListedTask {
  readonly id: string;
  readonly title: string;
  readonly state: CloudTaskState;
  readonly updatedAt: string;
  readonly environmentId: string | null;
  readonly environmentLabel: string | null;
}

export interface TaskPage {
  readonly tasks: readonly ListedTask[];
  /** What to ask for the next page with. */
  readonly cursor: string | null;
}

/** Reads what `codex cloud list --json` prints; undefined when it is something else. */
export function readList(printed: string): TaskPage | undefined {
  let json: unknown;
  try {
    json = JSON.parse(printed);
  } catch {
    return undefined;
  }
  const parsed = listSchema.safeParse(json);
  if (!parsed.success) return undefined;
  return {
    tasks: parsed.data.tasks.map((task) => ({
      id: task.id,
      title: task.title,
      state: task.status,
      updatedAt: task.updated_at,
      environmentId: task.environment_id ?? null,
      environmentLabel: task.environment_label ?? null,
    })),
    cursor: parsed.data.cursor ?? null,
  };
}
