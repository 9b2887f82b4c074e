import { visibleLine } from '@codex-orch/core';
import { counted } from './counted.js';

export { isDeceptive, safeJson, visible, visibleLine } from '@codex-orch/core';

/** One line of at most about `length` characters: of longer text its start and its end, and how much is between them. */
export function shortLine(text: string, length = 600): string {
  if (text.length <= length) return visibleLine(text);
  const end = Math.floor(length / 3);
  const start = length - end;
  const left = text.length - start - end;
  return `${visibleLine(text.slice(0, start))} …[${counted(left, 'character')} left out]… ${visibleLine(text.slice(-end))}`;
}
