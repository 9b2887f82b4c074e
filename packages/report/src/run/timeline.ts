import {
  type CodexApprovalRequest,
  describeEvent,
  type EventTone,
  type GoalEvent,
  type LogLine,
  parseGoalEvent,
} from '@codex-orch/core';
import { type Html, html } from '../html/html.js';
import { table, type Tone } from '../page/index.js';

const tones: Readonly<Record<EventTone, Tone>> = {
  begins: 'soft',
  good: 'good',
  bad: 'bad',
  note: 'waiting',
  asks: 'waiting',
  again: 'waiting',
};

/** The events of a run, one row each, with what they cost. */
export function timeline(lines: readonly LogLine[]): Html | undefined {
  const rows = lines.flatMap(({ at, actor, type, data }) => {
    const event = parseGoalEvent(type, data);
    return describeEvent(event).map(({ tone, what, detail, usage, more }) => [
      html`<span class="soft">${at.slice(11, 19)}</span>`,
      html`<strong class="${tones[tone]}">${what}</strong>`,
      [
        detail,
        block([...more.map(({ label, text }) => `${label === undefined ? '' : `${label}: `}${text}`), ...asked(event)]),
      ],
      actor,
      usage && usage.elapsedMs > 0 ? `${(usage.elapsedMs / 1000).toFixed(1)} s` : '',
      usage && usage.totalTokens > 0 ? usage.totalTokens : '',
    ]);
  });
  return table(['UTC', 'what', '', 'recorded by', 'took', 'tokens'], rows);
}

const block = (lines: readonly string[]): Html | undefined =>
  lines.length > 0 ? html`<pre>${lines.join('\n')}</pre>` : undefined;

/** What an elevation is about, which is what its answer was given to. */
const asked = (event: GoalEvent): readonly string[] =>
  event.type === 'elevation.requested' ? [requestText(event.data.request), event.data.request.reason ?? ''] : [];

function requestText(request: CodexApprovalRequest): string {
  switch (request.kind) {
    case 'command':
      return `run: ${request.command}\nin: ${request.cwd}`;
    case 'file-change':
      return request.changes.map(({ kind, path, text }) => `${kind}: ${path}\n${text ?? ''}`).join('\n');
    case 'unknown':
      return `unknown request: ${request.method}`;
  }
}
