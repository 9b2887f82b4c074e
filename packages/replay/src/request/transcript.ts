import { type ModelRequest, textOf, type TranscriptItem } from './model-request.js';

/**
 * What Codex itself adds in the user's name: environment, AGENTS.md, notices.
 * Its tags are snake_case or in this list, so that a prompt may begin with HTML.
 */
const ambientStart =
  /^\s*(?:<[a-z]+(?:_[a-z]+)+[\s>]|<(?:INSTRUCTIONS|skill|hook|permissions instructions)[\s>]|# AGENTS\.md instructions)/;

export const isMessage = (item: TranscriptItem): boolean =>
  item.type === 'message' || (item.type === undefined && item.role !== undefined);

/** Whether nobody wrote this message: each of its parts was put there by the client. */
export function isAmbient(item: TranscriptItem): boolean {
  return isMessage(item) && item.role === 'user' && textOf(item) !== '' && spokenText(item) === '';
}

/** The text of a message without the parts its client added. */
export function spokenText(item: TranscriptItem): string {
  if (typeof item.content === 'string') return ambientStart.test(item.content) ? '' : item.content;
  return (item.content ?? [])
    .map((part) => part.text ?? '')
    .filter((text) => !ambientStart.test(text))
    .join('\n');
}

const isSpokenByUser = (item: TranscriptItem): boolean => isMessage(item) && item.role === 'user' && !isAmbient(item);

/** The last message the user really wrote; empty when there is none. */
export function lastUserText(request: ModelRequest): string {
  const last = request.items.findLast(isSpokenByUser);
  return last === undefined ? '' : spokenText(last);
}

/** How many messages the user really wrote. */
export const countUserMessages = (request: ModelRequest): number => request.items.filter(isSpokenByUser).length;

/** What happened since the user last spoke. */
export function itemsOfTurn(request: ModelRequest): readonly TranscriptItem[] {
  return request.items.slice(request.items.findLastIndex(isSpokenByUser) + 1);
}

/** Everything that tells the model who it is. */
export function agentText(request: ModelRequest): string {
  const setUp = request.items.filter(
    (item) => isMessage(item) && (item.role === 'system' || item.role === 'developer'),
  );
  return [request.instructions, ...setUp.map(textOf)].filter((text) => text !== '').join('\n');
}

/** The folder that Codex works in, from its newest environment message. */
export function cwdOf(request: ModelRequest): string | undefined {
  for (const item of request.items.toReversed()) {
    if (!isAmbient(item)) continue;
    const cwd = /<cwd>([^<]+)<\/cwd>/.exec(textOf(item))?.[1];
    if (cwd !== undefined) return cwd;
  }
  return undefined;
}
