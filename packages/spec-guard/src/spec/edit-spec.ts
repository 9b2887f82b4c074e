import { SpecNotEditableError } from './errors.js';
import { findFrontMatter } from './front-matter-block.js';
import { isDay } from './check-fields.js';
import { type SpecStatus, specStatuses } from './mini-spec.js';

/** What may be changed in a spec without changing what was approved. */
export type SpecChange =
  { readonly field: 'last_review'; readonly value: string } | { readonly field: 'status'; readonly value: SpecStatus };

/**
 * Writes a review date or a status into the front matter and leaves every other byte as it is.
 *
 * Throws {@link SpecNotEditableError} where there is no front matter, or the field is not on one line.
 */
export function editSpec(path: string, text: string, { field, value }: SpecChange): string {
  if (field === 'last_review' ? !isDay(value) : !specStatuses.includes(value))
    throw new SpecNotEditableError(path, `"${value}" is no ${field}`);
  const block = findFrontMatter(text);
  if ('message' in block) throw new SpecNotEditableError(path, block.message);
  const lines = [...block.text.matchAll(new RegExp(String.raw`(?<=^|\n)(${field}[ \t]*:)([^\n]*)(\n|$)`, 'g'))];
  const [line, second] = lines;
  if (second) throw new SpecNotEditableError(path, `its field "${field}" is there twice`);
  const put = (from: number, to: number, put: string): string =>
    text.slice(0, block.start + from) + put + text.slice(block.start + to);
  if (!line) {
    const eol = text.slice(0, block.start).endsWith('\r\n') ? '\r\n' : '\n';
    return put(block.text.length, block.text.length, `${field}: ${value}${eol}`);
  }
  const rest = line[2] ?? '';
  const old = /^([ \t]*)(?:'([^'\r]*)'|"([^"\r]*)"|([\w-]*))([ \t]*(?:[ \t]#[^\r]*)?\r?)$/.exec(rest);
  const follows = block.text.slice(line.index + line[0].length);
  if (!old || /^[ \t]+\S/.test(follows) || (rest.trim() === '' && /^[ \t]*- /.test(follows)))
    throw new SpecNotEditableError(path, `its field "${field}" is not a plain text on one line`);
  const quote = old[2] === undefined ? (old[3] === undefined ? '' : '"') : "'";
  const changed = `${line[1] ?? ''}${old[1] || ' '}${quote}${value}${quote}${old[5] ?? ''}${line[3] ?? ''}`;
  return put(line.index, line.index + line[0].length, changed);
}
