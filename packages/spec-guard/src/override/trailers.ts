import type { CheckedCommit } from '../check/check-input.js';

/** A `Spec-Override` trailer of a commit. */
export interface OverrideTrailer {
  readonly commit: string;
  readonly actor: string;
  readonly email: string;
  /** As it was written: a code or a name. */
  readonly rule: string;
  readonly specId: string | undefined;
  readonly reason: string;
}

export interface ReadTrailers {
  readonly trailers: readonly OverrideTrailer[];
  /** What looks like a trailer and is none. */
  readonly problems: readonly { readonly commit: string; readonly message: string }[];
}

const trailerLine = /^[A-Za-z0-9][A-Za-z0-9-]*:[ \t]/;
const own = /^spec-override:[ \t]*(.*)$/i;

/**
 * Reads the trailers `Spec-Override: RULE reason` and `Spec-Override: RULE/SPEC reason`, as git finds trailers: in the last paragraph
 * of a message, which holds nothing else, and which is not the first.
 */
export function readTrailers({ id, author, message }: CheckedCommit): ReadTrailers {
  if (!/^spec-override:/im.test(message)) return { trailers: [], problems: [] };
  const paragraphs = message
    .replaceAll('\r\n', '\n')
    .trim()
    .split(/\n[ \t]*\n+/);
  const last = unfold(paragraphs.length > 1 ? (paragraphs.at(-1) ?? '') : '');
  const isTrailers =
    last.length > 0 && last.every((line) => trailerLine.test(line) || /^\(cherry picked from /.test(line));
  const problems: { readonly commit: string; readonly message: string }[] = [];
  const trailers = (isTrailers ? last : []).flatMap((line): OverrideTrailer[] => {
    const value = own.exec(line)?.[1]?.trim();
    if (value === undefined) return [];
    const [, rule = '', specId, reason = ''] = /^([^\s/]+)(?:\/(\S+))?[ \t]*(.*)$/s.exec(value) ?? [];
    if (rule === '' || reason === '') {
      problems.push({ commit: id, message: `"Spec-Override: ${value}" is not "Spec-Override: RULE reason"` });
      return [];
    }
    return [{ commit: id, actor: author.name, email: author.email, rule, specId, reason }];
  });
  if (!isTrailers)
    problems.push({
      commit: id,
      message: 'it says "Spec-Override:", but not as a trailer: in a last paragraph of nothing but trailers',
    });
  return { trailers, problems };
}

const unfold = (paragraph: string): readonly string[] =>
  paragraph === '' ? [] : paragraph.replaceAll(/\n[ \t]+/g, ' ').split('\n');
