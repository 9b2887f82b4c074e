import { createHash } from 'node:crypto';
import { isSuppressionLine } from '../suppression/suppression-line.js';
import { findFrontMatter } from './front-matter-block.js';

/**
 * What an approval of a spec is about: its text without what changes when it is reviewed or moves through its life.
 *
 * - A byte order mark is dropped; CRLF and CR become LF.
 * - The lines `last_review:` and `status:` of the front matter are dropped.
 * - Lines of the body that are nothing but a `spec-guard-disable` comment are dropped.
 * - White space at the end of a line and empty lines at the end are dropped; the text ends with one LF.
 *
 * Everything else is content, also the order of the fields, their comments, `owners`, `covers` and `risk`.
 */
export function normalisedContent(text: string): string {
  const own = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const unix = own.includes('\r') ? own.replaceAll(/\r\n?/g, '\n') : own;
  const block = findFrontMatter(unix);
  const bodyStart = 'message' in block ? 0 : block.end;
  const head = unix.slice(0, bodyStart).replaceAll(/(?<=\n)(?:last_review|status)[ \t]*:[^\n]*\n/g, '');
  let body = unix.slice(bodyStart);
  if (body.includes('spec-guard-disable'))
    body = body
      .split('\n')
      .filter((line) => !isSuppressionLine(line))
      .join('\n');
  const content = head + body;
  // Most texts have no such white space, and looking for it takes longer than all the rest.
  const mayTrail = content.includes(' \n') || content.includes('\t\n') || /[ \t]$/.test(content.slice(-1));
  return `${(mayTrail ? content.replaceAll(/[ \t]+(?=\n|$)/g, '') : content).replace(/\n+$/, '')}\n`;
}

/** The sha256, in hex, of {@link normalisedContent} in UTF-8. */
export const contentSha256 = (text: string): string =>
  createHash('sha256').update(normalisedContent(text), 'utf8').digest('hex');
