import { redactPatterns } from '../redaction/redact.js';

/** Stands for the working folder in fingerprints and in recorded answers. */
const cwdMark = '⟦cwd⟧';

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Puts a mark in place of the working folder; a sibling whose name begins alike is left alone. */
export function hideCwd(text: string, cwd: string | undefined): string {
  if (cwd === undefined || cwd === '/') return text;
  return text.replace(new RegExp(`(?<![\\w.-])${escape(cwd)}(?![\\w-]|\\.\\w)`, 'g'), cwdMark);
}

/** Puts the working folder back in place of the mark. */
export const showCwd = (text: string, cwd: string | undefined): string =>
  cwd === undefined ? text : text.replaceAll(cwdMark, () => cwd);

/** What differs between two runs that do the same. Order matters: the longer forms go first. */
const volatile: readonly [RegExp, string][] = [
  [/(?:\/private)?\/tmp\/[^\s/"'`<>:;,)\]}]+/g, '<tmp>'],
  [/(?:\/private)?\/var\/folders\/[^\s/"'`<>]+\/[^\s/"'`<>]+\/T\/[^\s/"'`<>:;,)\]}]+/g, '<tmp>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, '<ulid>'],
  [/\bChunk ID: \w+/g, 'Chunk ID: <id>'],
  [/\bWall time: [\d.]+ seconds?/g, 'Wall time: <duration>'],
  [/\b(Original token count|tokens used): [\d,]+/gi, '$1: <n>'],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g, '<time>'],
  // Seconds, milli-, micro- or nanoseconds since 1970.
  [/\b1\d{9}(?:\d{3}){0,3}\b/g, '<time>'],
  [/\b\d{1,2}:\d{2}:\d{2}(?:\.\d+)?\b/g, '<time>'],
  [/\b\d+(?:\.\d+)?\s?(?:ms|µs|s|sec|seconds?|minutes?)\b/g, '<duration>'],
  [/\b(127\.0\.0\.1|localhost|\[::1\]):\d{2,5}\b/g, '$1:<port>'],
  // A hash has digits and letters; words such as "defaced" and plain numbers stay.
  [/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b/g, '<hash>'],
];

/** Removes from a text what differs between two runs that do the same. */
export function scrub(text: string, cwd: string | undefined): string {
  return volatile.reduce((result, [pattern, by]) => result.replace(pattern, by), redactPatterns(hideCwd(text, cwd)));
}
