import type { Term } from '../engine/term.js';

/** How the term after came from the term before. */
export type TreeDiff = Same | Replaced | Rebuilt;

interface Pair {
  readonly before: Term;
  readonly after: Term;
}

interface Same extends Pair {
  readonly how: 'same';
}

/** One stands where the other stood. */
export interface Replaced extends Pair {
  readonly how: 'replaced';
}

/** The same kind of node, of which parts changed. */
export interface Rebuilt extends Pair {
  readonly how: 'rebuilt';
  readonly fields: readonly { readonly name: string; readonly part: TreeDiff | ListDiff }[];
}

/** Elements in order; neighbours that come and go stand together in one gap. */
export interface ListDiff {
  readonly how: 'list';
  readonly parts: readonly (TreeDiff | Gap)[];
}

/** Elements that are gone, and what is there instead, without a pair among them. */
export interface Gap {
  readonly how: 'gap';
  readonly removed: readonly Term[];
  readonly added: readonly Term[];
}

/** Parts of these mean nothing alone. */
const isRigid = ({ type, fields }: Term): boolean =>
  /^(TemplateLiteral|ImportDeclaration|ExportAllDeclaration|TS|Literal)$/.test(type) ||
  (type === 'ExportNamedDeclaration' && fields['declaration'] === undefined);

/** Compares two terms of one canonicaliser. */
export function compareTerms(before: Term, after: Term): TreeDiff {
  if (before.key === after.key) return { how: 'same', before, after };
  const names = Object.keys(before.fields);
  const isAlike =
    before.type === after.type &&
    before.value === after.value &&
    !isRigid(before) &&
    names.length === Object.keys(after.fields).length &&
    names.every(
      (name) => Array.isArray(after.fields[name]) === Array.isArray(before.fields[name]) && name in after.fields,
    );
  if (!isAlike) return { how: 'replaced', before, after };
  const fields = names.map((name) => ({ name, part: compareField(before.fields[name], after.fields[name]) }));
  return { how: 'rebuilt', before, after, fields };
}

function compareField(
  before: Term | readonly Term[] | undefined,
  after: Term | readonly Term[] | undefined,
): TreeDiff | ListDiff {
  if (isList(before) && isList(after)) return { how: 'list', parts: compareLists(before, after) };
  return compareTerms(before as Term, after as Term);
}

const isList = (value: Term | readonly Term[] | undefined): value is readonly Term[] => Array.isArray(value);

function compareLists(before: readonly Term[], after: readonly Term[]): (TreeDiff | Gap)[] {
  const parts: (TreeDiff | Gap)[] = [];
  let [i, j] = [0, 0];
  for (const [a, b] of [...anchors(before, after), [before.length, after.length] as const]) {
    parts.push(...compareGap(before.slice(i, a), after.slice(j, b)));
    const [old, now] = [before[a], after[b]];
    if (old && now) parts.push({ how: 'same', before: old, after: now });
    [i, j] = [a + 1, b + 1];
  }
  return parts;
}

const MOST_CELLS = 4_000_000;

/** Indices of equal elements, by a longest common subsequence behind equal heads and before equal tails. */
function anchors(before: readonly Term[], after: readonly Term[]): (readonly [number, number])[] {
  const same = (i: number, j: number): boolean => before[i]?.key === after[j]?.key;
  const least = Math.min(before.length, after.length);
  let head = 0;
  while (head < least && same(head, head)) head++;
  let tail = 0;
  while (tail < least - head && same(before.length - 1 - tail, after.length - 1 - tail)) tail++;
  const found: (readonly [number, number])[] = [];
  for (let at = 0; at < head; at++) found.push([at, at]);
  const [rows, columns] = [before.length - head - tail, after.length - head - tail];
  if (rows > 0 && columns > 0 && rows * columns <= MOST_CELLS) {
    const lengths = new Uint32Array((rows + 1) * (columns + 1));
    const at = (i: number, j: number): number => lengths[i * (columns + 1) + j] ?? 0;
    for (let i = rows - 1; i >= 0; i--)
      for (let j = columns - 1; j >= 0; j--)
        lengths[i * (columns + 1) + j] = same(head + i, head + j)
          ? at(i + 1, j + 1) + 1
          : Math.max(at(i + 1, j), at(i, j + 1));
    for (let [i, j] = [0, 0]; i < rows && j < columns;) {
      if (same(head + i, head + j)) found.push([head + i++, head + j++]);
      else if (at(i + 1, j) >= at(i, j + 1)) i++;
      else j++;
    }
  }
  for (let at = tail; at > 0; at--) found.push([before.length - at, after.length - at]);
  return found;
}

/** Pairs what is likely the same element in another form, in order, so that its inner change is found. */
function compareGap(before: readonly Term[], after: readonly Term[]): (TreeDiff | Gap)[] {
  if (before.length === 0 && after.length === 0) return [];
  const [only, now] = [before[0], after[0]];
  if (before.length === 1 && after.length === 1 && only && now) return [compareTerms(only, now)];
  if (before.length * after.length > 900) return [{ how: 'gap', removed: before, added: after }];
  const pairs = likelyPairs(before, after);
  const parts: (TreeDiff | Gap)[] = [];
  let [i, j] = [0, 0];
  for (const [a, b] of [...pairs, [before.length, after.length] as const]) {
    if (a > i || b > j) parts.push({ how: 'gap', removed: before.slice(i, a), added: after.slice(j, b) });
    const [old, next] = [before[a], after[b]];
    if (old && next) parts.push(compareTerms(old, next));
    [i, j] = [a + 1, b + 1];
  }
  return parts;
}

function likelyPairs(before: readonly Term[], after: readonly Term[]): [number, number][] {
  const columns = after.length + 1;
  const best = new Float64Array((before.length + 1) * columns);
  const scores = before.map((a) => after.map((b) => likeness(a, b)));
  const at = (i: number, j: number): number => best[i * columns + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) {
      const score = scores[i]?.[j] ?? 0;
      best[i * columns + j] = Math.max(at(i + 1, j), at(i, j + 1), score > 0 ? score + at(i + 1, j + 1) : 0);
    }
  const pairs: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < before.length && j < after.length;) {
    const score = scores[i]?.[j] ?? 0;
    if (score > 0 && at(i, j) === score + at(i + 1, j + 1)) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** 0 for what has too little in common, up to 1. */
function likeness(a: Term, b: Term): number {
  if (a.size > 3000 || b.size > 3000) return a.type === b.type ? 0.5 : 0;
  const [left, right] = [wordsOf(a), wordsOf(b)];
  let common = 0;
  for (const [word, count] of left) common += Math.min(count, right.get(word) ?? 0);
  const total = sum(left) + sum(right);
  const dice = total === 0 ? 1 : (2 * common) / total;
  if (a.type === b.type) return dice >= 0.3 ? dice : 0;
  return dice >= 0.5 ? dice / 2 : 0;
}

function wordsOf(term: Term, into = new Map<string, number>()): Map<string, number> {
  if (/^(Identifier|Literal|JSXIdentifier|TS|TemplateElement|PrivateIdentifier)$/.test(term.type))
    into.set(term.value, (into.get(term.value) ?? 0) + 1);
  for (const child of Object.values(term.fields).flat()) wordsOf(child, into);
  return into;
}

const sum = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((total, count) => total + count, 0);
