import { createHash } from 'node:crypto';
import type { RecordedItem, RecordedRequest } from '../cassette/recording.js';
import type { ModelRequest, TranscriptItem } from '../request/model-request.js';
import { agentText, cwdOf, isAmbient, isMessage, spokenText } from '../request/transcript.js';
import { scrub } from './scrub.js';

const outputText = (output: unknown): string => {
  if (typeof output === 'string') return output;
  if (Array.isArray(output))
    return output
      .map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : JSON.stringify(part)))
      .join('\n');
  return JSON.stringify(output ?? null);
};

/** Reads a transcript; `undefined` for what the client put there itself. */
function itemReader(cwd: string | undefined): (item: TranscriptItem) => RecordedItem | undefined {
  const ordinals = new Map<string, number>();
  const ordinal = (id: string | undefined): number => {
    const known = ordinals.get(id ?? '');
    if (known !== undefined) return known;
    ordinals.set(id ?? '', ordinals.size + 1);
    return ordinals.size;
  };
  return (item) => {
    if (isMessage(item)) {
      if (item.role === 'system' || item.role === 'developer' || isAmbient(item)) return undefined;
      return { role: item.role ?? 'user', text: scrub(spokenText(item), cwd) };
    }
    const type = item.type ?? '';
    if (type === 'reasoning' || type === 'additional_tools') return undefined;
    if (type.endsWith('_call_output'))
      return { output: ordinal(item.call_id), text: scrub(outputText(item['output']), cwd) };
    if (type.endsWith('_call') && item.call_id !== undefined) {
      return {
        call: item.name ?? type,
        n: ordinal(item.call_id),
        input: scrub(item.arguments ?? item.input ?? JSON.stringify(item['action'] ?? null), cwd),
      };
    }
    return { other: type };
  };
}

/**
 * A request without what varies between identical runs.
 *
 * Codex's own instructions and tools change with its version, so they do not count;
 * for other clients they tell one agent from another.
 */
export function normalize(request: ModelRequest): RecordedRequest {
  const cwd = cwdOf(request);
  const read = itemReader(cwd);
  const agent = request.fromCodex ? '' : scrub(agentText(request), cwd);
  const tools = request.tools.map((tool) => tool.name ?? tool.type).sort();
  return {
    client: request.fromCodex ? 'codex' : 'other',
    model: request.model,
    agent: (agent.split('\n')[0] ?? '').slice(0, 120),
    setUp: request.fromCodex
      ? ''
      : createHash('sha256')
          .update(JSON.stringify([agent, tools]))
          .digest('hex')
          .slice(0, 16),
    format: request.format ?? '',
    items: request.items.flatMap((item) => read(item) ?? []),
  };
}
