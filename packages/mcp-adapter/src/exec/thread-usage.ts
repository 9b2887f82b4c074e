import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TokenUsage } from '@codex-orch/core';
import { z } from 'zod';
import { reportedTokensSchema } from '../turn/index.js';

const recordSchema = z.object({
  payload: z.object({ type: z.literal('token_count'), info: z.object({ total_token_usage: reportedTokensSchema }) }),
});

/**
 * What a thread has used so far, from its file in `CODEX_HOME/sessions`; undefined when that tells nothing.
 *
 * exec reports only the thread's total, and nothing at all for a turn that fails.
 */
export async function readThreadUsage(home: string, threadId: string): Promise<TokenUsage | undefined> {
  try {
    const sessions = path.join(home, 'sessions');
    const file = (await readdir(sessions, { recursive: true })).find((name) => name.endsWith(`-${threadId}.jsonl`));
    if (file === undefined) return undefined;
    const lines = (await readFile(path.join(sessions, file), 'utf8')).split('\n');
    for (const line of lines.reverse()) {
      if (!line.includes('"token_count"')) continue;
      const record = recordSchema.safeParse(JSON.parse(line));
      if (record.success) return record.data.payload.info.total_token_usage;
    }
  } catch {
    // A file in a format of the future, or half a line at its end.
  }
  return undefined;
}
