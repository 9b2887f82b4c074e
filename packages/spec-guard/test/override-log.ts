import { createHash } from 'node:crypto';
import { genesisHash, type LogLine } from '@codex-orch/core';
import { OVERRIDE_SUBJECT } from '../src/index.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const genesis = genesisHash(OVERRIDE_SUBJECT);

/** The text of a log of overrides, as core's ChainedLog writes it. */
export function formatLine(
  start: string,
  data: readonly object[],
  { actor = 'human:ada@example.org', at = '2026-11-20T10:00:00.000Z' }: Partial<Pick<LogLine, 'actor' | 'at'>> = {},
): string {
  let prev = start;
  let text = '';
  for (const [seq, override] of data.entries()) {
    const body = JSON.stringify({ seq, at, actor, type: 'override', data: override, prev }).slice(0, -1);
    const line = `${body},"sum":"${sha256(body).slice(0, 16)}"}`;
    prev = sha256(line);
    text += `${line}\n`;
  }
  return text;
}
