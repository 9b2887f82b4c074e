import { createHash } from 'node:crypto';
import type { Pattern, Term } from '../engine/term.js';
import { anchorOf, texts } from '../pattern/anchor.js';
import type { Generalization } from '../pattern/generalize.js';
import { keyOf } from '../pattern/recipe.js';
import { isPatterns, showTemplate, templateOf } from '../pattern/template.js';

/** Both patterns as people read them, in the words of one example. */
export function showPattern(generalization: Generalization): { readonly before: string; readonly after: string } {
  return {
    before: showSide(generalization.before, generalization),
    after: generalization.after === null ? '' : showSide(generalization.after, generalization),
  };
}

function showSide(pattern: Pattern, generalization: Generalization): string {
  const examples = generalization.origin.get(pattern) ?? [];
  for (const index of examples.keys()) {
    const parts = templateOf(pattern, generalization, index);
    if (parts !== undefined) return showTemplate(parts);
  }
  const term = examples[0] as Term | undefined;
  return term === undefined ? '' : term.source.slice(term.start, term.end);
}

/** One line that says what is done. */
export function titleOf({ before, after }: { readonly before: string; readonly after: string }): string {
  const short = (text: string): string => {
    const line = text.replace(/\s+/g, ' ').trim();
    return line.length > 60 ? `${line.slice(0, 57)}...` : line;
  };
  return after === '' ? `Find ${short(before)}` : `Replace ${short(before)} by ${short(after)}`;
}

/** Stable for the same patterns, and a folder's name on every system. */
export function idOf(kind: string, steps: readonly Generalization[]): string {
  const said = steps.map(({ before, after }) => `${keyOf(before)} -> ${after === null ? '' : keyOf(after)}`).join('\n');
  const digest = createHash('sha256').update(`${kind}\n${said}`).digest('hex').slice(0, 8);
  const last = steps.at(-1);
  const words =
    last === undefined
      ? []
      : [anchorOf(last.before), last.after === null ? undefined : (difference(last) ?? anchorOf(last.after))];
  const slug = words
    .map((word) =>
      (word ?? '')
        .replace(/([a-z])([A-Z])/g, '$1-$2')
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, ''),
    )
    .filter((word, index, list) => word !== '' && list.indexOf(word) === index)
    .join('-to-')
    .slice(0, 50)
    .replace(/-+$/, '');
  return [kind, slug, digest].filter((part) => part !== '').join('-');
}

/** The longest name that only the pattern after has. */
function difference({ before, after }: Generalization): string | undefined {
  const known = new Set(texts(before));
  return after === null ? undefined : texts(after).find((word) => !known.has(word));
}

/** Texts of which a file has at least one if one of the patterns fits in it; none where that cannot be told. */
export function prefilterOf(patterns: readonly Pattern[]): string[] {
  const words = patterns.map((pattern) => {
    const anchor = anchorOf(pattern);
    if (anchor === undefined)
      return 'type' in pattern && /^(Binary|Logical)Expression$/.test(pattern.type) ? pattern.value : undefined;
    return anchorWord(pattern, anchor);
  });
  return words.includes(undefined) ? [] : [...new Set(words as string[])];
}

/** A name is written as it is, a number in many ways, a text with quotes and perhaps with escapes. */
function anchorWord(pattern: Pattern, anchor: string): string | undefined {
  const isWritten = /^[\w$./:@-]+$/.test(anchor) && !/^\d/.test(anchor);
  return isWritten && saysWord(pattern, anchor) ? anchor : undefined;
}

function saysWord(pattern: Pattern, word: string): boolean {
  if (!('type' in pattern)) return false;
  if (/Identifier$/.test(pattern.type) && pattern.value === word) return true;
  if (pattern.type === 'Literal' && (pattern.value === `s${word}` || pattern.value === word)) return true;
  return Object.values(pattern.fields ?? {}).some((field) =>
    (isPatterns(field) ? field : [field]).some((item) => saysWord(item, word)),
  );
}
