import type { Hunk } from '../workspace/tree-history.js';
import { type CodeToken, codeTokens } from './code-tokens.js';
import { commonParts } from './common-parts.js';

/** A part of the tokens of both sides of a hunk. */
interface Gap {
  readonly removed: readonly CodeToken[];
  readonly added: readonly CodeToken[];
  /** What is on both sides before and after; undefined at the ends of the hunk, which are ends of lines. */
  readonly before: Pair | undefined;
  readonly after: Pair | undefined;
}

type Pair = readonly [old: CodeToken, now: CodeToken];

/** Where more tokens than that are others, a hunk is no small edit, and counts as minimal. */
const mostEdits = 2000;

/**
 * How many lines an edit has to change at least: the old and new lines on which tokens differ. White space, comments, and where lines end
 * make none, so what only these differ in was changed without need. Never more than what was changed.
 */
export function minimalLines(before: string, after: string, hunks: readonly Hunk[]): number {
  const [old, now] = [codeTokens(before), codeTokens(after)];
  let sum = 0;
  for (const { oldStart, oldLength, newStart, newLength } of hunks) {
    const mine = within(old, oldStart, oldLength);
    const theirs = within(now, newStart, newLength);
    const gaps = gapsOf(mine, theirs);
    sum += gaps ? Math.min(linesOf(gaps), oldLength + newLength) : oldLength + newLength;
  }
  return sum;
}

const within = (tokens: readonly CodeToken[], start: number, length: number): readonly CodeToken[] =>
  tokens.filter(({ line }) => line >= start && line < start + length);

function linesOf(gaps: readonly Gap[]): number {
  const [old, now] = [new Set<number>(), new Set<number>()];
  for (const { removed, added, before, after } of gaps) {
    for (const { line } of removed) old.add(line);
    for (const { line } of added) now.add(line);
    // What comes into a line, or goes from it, changes the line on the other side too.
    if (before && added[0]?.line === before[1].line) old.add(before[0].line);
    if (after && added.at(-1)?.line === after[1].line) old.add(after[0].line);
    if (before && removed[0]?.line === before[0].line) now.add(before[1].line);
    if (after && removed.at(-1)?.line === after[0].line) now.add(after[1].line);
  }
  return old.size + now.size;
}

/** What lies between the parts that both sides have in common. */
function gapsOf(old: readonly CodeToken[], now: readonly CodeToken[]): readonly Gap[] | undefined {
  const texts = (tokens: readonly CodeToken[]): string[] => tokens.map(({ text }) => text);
  const common = commonParts(texts(old), texts(now), mostEdits);
  if (!common) return undefined;
  const gaps: Gap[] = [];
  let [i, j] = [0, 0];
  let before: Pair | undefined;
  for (const [x, y] of [...common, [old.length, now.length] as const]) {
    const [mine, theirs] = [old[x], now[y]];
    const after: Pair | undefined = mine && theirs && [mine, theirs];
    if (x > i || y > j) gaps.push({ removed: old.slice(i, x), added: now.slice(j, y), before, after });
    [i, j] = [x + 1, y + 1];
    before = after;
  }
  return gaps;
}
