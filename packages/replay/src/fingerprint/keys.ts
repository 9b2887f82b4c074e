import { createHash } from 'node:crypto';
import type { RecordedItem, RecordedRequest } from '../cassette/recording.js';

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** Equal for requests of two runs that do the same in the same surroundings. */
export const strictKey = (request: RecordedRequest): string =>
  digest([request.client, request.model, request.agent, request.setUp, request.format, request.items]);

/** How a command ended, as the versions of Codex say it. */
const exitCode = (text: string): string =>
  /(?:exited with code|Exit code:|"exit_code":)\s*(-?\d+)/.exec(text)?.[1] ?? 'unknown';

const blur = (text: string): string =>
  text
    .replace(/(?<![\w.<⟦])\/[^\s"'`<>:;,)\]}]+/g, '<path>')
    .replace(/\d+/g, '#')
    .replace(/\s+/g, ' ')
    .trim();

const looseItem = (item: RecordedItem): unknown => {
  if ('output' in item) return ['output', item.output, exitCode(item.text)];
  if ('call' in item) return ['call', item.call, item.n, blur(item.input)];
  if ('role' in item) return [item.role, blur(item.text)];
  return item.other;
};

/** Equal for requests that ask for the same, though tools printed something else or another version of the client asks. */
export const looseKey = (request: RecordedRequest): string =>
  digest([request.client, blur(request.agent), request.format, request.items.map(looseItem)]);
