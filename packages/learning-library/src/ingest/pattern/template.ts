import { makeMatcher } from '../engine/match.js';
import type { Pattern, TemplatePart, Term } from '../engine/term.js';
import type { Generalization } from './generalize.js';

const { isExpression } = makeMatcher();

/**
 * The text of a pattern as one of its examples writes it, with holes where it has holes; undefined where that example cannot tell it,
 * because it has nothing where others have something.
 */
export function templateOf(pattern: Pattern, { origin }: Generalization, example: number): TemplatePart[] | undefined {
  const root = origin.get(pattern)?.[example] as Term | undefined;
  if (root === undefined || root.start < 0) return undefined;
  const { source } = root;
  const found: { start: number; end: number; part: TemplatePart }[] = [];
  const told = { is: true };
  const visit = (part: Pattern, siblings: readonly Pattern[] = []): void => {
    const origins = origin.get(part)?.[example];
    if ('rest' in part) {
      const terms = (origins ?? []) as readonly Term[];
      const [first, last] = [terms[0], terms.at(-1)];
      if (first === undefined || last === undefined || terms.some((term) => term.source !== source || term.start < 0)) {
        told.is = false;
        return;
      }
      // The separator goes where the elements go.
      const at = siblings.indexOf(part);
      const [previous, next] = [siblings[at - 1], siblings[at + 1]].map(
        (item) => item && (origin.get(item)?.[example] as Term | undefined),
      );
      const [from, to] = [withBrackets(first).start, withBrackets(last).end];
      const [start, end] = next ? [from, withBrackets(next).start] : [previous ? withBrackets(previous).end : from, to];
      found.push({
        start,
        end,
        part: { rest: part.rest, before: source.slice(start, from), after: source.slice(to, end) },
      });
      return;
    }
    const term = origins as Term | undefined;
    if ('hole' in part) {
      if (term === undefined || term.source !== source || term.start < 0) told.is = false;
      else
        found.push({
          start: term.start,
          end: term.end,
          part: { hole: part.hole, tight: term !== root && isTightIn(term) },
        });
      return;
    }
    if (term !== undefined && term.source !== source) told.is = false;
    for (const field of Object.values(part.fields ?? {})) {
      if (isPatterns(field)) for (const item of field) visit(item, field);
      else visit(field);
    }
  };
  visit(pattern);
  if (!told.is) return undefined;
  const parts: TemplatePart[] = [];
  let at = root.start;
  const indent = /^[ \t]*/.exec(source.slice(source.lastIndexOf('\n', root.start - 1) + 1, root.start))?.[0] ?? '';
  const text = (from: number, to: number): void => {
    const piece = source.slice(from, to).replaceAll('\r\n', '\n').replaceAll(`\n${indent}`, '\n');
    if (piece !== '') parts.push(piece);
  };
  found.sort((a, b) => a.start - b.start || a.end - b.end);
  for (const { start, end, part } of found) {
    // The same text is two nodes in `{ a }`.
    if (start < at) continue;
    text(at, start);
    parts.push(part);
    at = end;
  }
  text(at, root.end);
  // The brackets around it belong to no node; what a hole takes gets its own.
  return 'type' in pattern && root.type === 'SequenceExpression' ? ['(', ...parts, ')'] : parts;
}

export const isPatterns = (field: Pattern | readonly Pattern[]): field is readonly Pattern[] => Array.isArray(field);

/** Whether what stands around the term could tear apart what is put in its place. */
function isTightIn({ parent, slot, type, source, start, end }: Term): boolean {
  if (parent === undefined || !isExpression(type)) return false;
  // It is in brackets already.
  if (
    /\(\s*$/.test(source.slice(parent.start, start)) &&
    /^\s*\)/.test(source.slice(end, parent.end + 1)) &&
    slot !== 'callee'
  )
    return false;
  if (
    /^(Member|Binary|Logical|Unary|Update|Await|TaggedTemplate|Conditional)Expression$|^TS(As|NonNull|Satisfies)Expression$|^SpreadElement$/.test(
      parent.type,
    )
  )
    return slot !== 'property' || !/^\[/.test(source.slice(start - 1, start));
  return slot === 'callee' || (parent.type === 'ArrowFunctionExpression' && slot === 'body');
}

/** An element with the brackets around it, which belong to no node. */
function withBrackets(item: Term): { readonly start: number; readonly end: number } {
  const { parent, slot, source } = item;
  let { start, end } = item;
  const starts: number[] = [];
  for (let at = start - 1; at >= (parent?.start ?? 0) && /[\s(]/.test(source.charAt(at)); at--)
    if (source.charAt(at) === '(') starts.push(at);
  // The first bracket before the first argument is that of the call.
  if (/^(arguments|params)$/.test(slot) && [parent?.fields[slot]].flat()[0] === item) starts.pop();
  for (let at = end; starts.length > 0 && /[\s)]/.test(source.charAt(at)); at++)
    if (source.charAt(at) === ')') {
      start = starts.shift() ?? start;
      end = at + 1;
    }
  return { start, end };
}

/** A template as people read it. */
export function showTemplate(parts: readonly TemplatePart[]): string {
  return parts
    .map((part) =>
      typeof part === 'string'
        ? part
        : 'hole' in part
          ? `$${part.hole}`
          : `${part.before}...$${part.rest}${part.after}`,
    )
    .join('');
}
