import type { Unit } from '../edit/unit.js';
import type { Term } from '../engine/term.js';
import type { ChangedProgram } from '../source/changed-program.js';
import { anchorOf, concreteness } from './anchor.js';
import { type Generalization, generalize } from './generalize.js';
import { keyOf } from './recipe.js';

/** An edit, and where it was made. */
export interface Occurrence {
  readonly unit: Unit;
  readonly file: ChangedProgram;
}

/** Edits that are the same but for what holes stand for. */
export interface Cluster {
  readonly occurrences: readonly Occurrence[];
  /** One occurrence of each way in which it was written; the generalization's examples in this order. */
  readonly variants: readonly Occurrence[];
  readonly generalization: Generalization;
}

/** Beyond this, edits of one kind are not compared with each other any more. */
const MOST_VARIANTS = 300;
const MOST_CLUSTERS = 150;

/**
 * Groups edits: each joins the group with which it keeps most in common, if what changes stays concrete, what is written can be told
 * from what was there, and something to recognise the place by remains.
 */
export function clusterUnits(occurrences: readonly Occurrence[]): Cluster[] {
  const kinds = new Map<string, Occurrence[]>();
  for (const occurrence of occurrences) {
    const { before, after } = occurrence.unit;
    push(kinds, `${before.type} ${after.type}`, occurrence);
  }
  return [...kinds.values()].flatMap(clusterKind);
}

interface Growing {
  readonly variants: Occurrence[][];
  readonly words: ReadonlySet<string>;
  generalization: Generalization;
}

function clusterKind(occurrences: readonly Occurrence[]): Cluster[] {
  const variants = new Map<string, Occurrence[]>();
  for (const occurrence of occurrences)
    push(variants, `${occurrence.unit.before.key} ${occurrence.unit.after.key}`, occurrence);
  const frequent = [...variants.values()].sort((a, b) => b.length - a.length).slice(0, MOST_VARIANTS);
  const clusters: Growing[] = [];
  for (const variant of frequent) {
    const alone = generalizeVariants([variant]);
    const words = wordsOf(variant[0] as Occurrence, alone);
    const best = bestFor(
      variant,
      clusters.filter((cluster) =>
        words.size === 0 ? cluster.words.size === 0 : [...words].some((word) => cluster.words.has(word)),
      ),
    );
    if (best !== undefined) {
      best.cluster.variants.push(variant);
      best.cluster.generalization = best.generalization;
    } else if (clusters.length < MOST_CLUSTERS) clusters.push({ variants: [variant], words, generalization: alone });
  }
  return clusters.map(({ variants: grown, generalization }) => ({
    occurrences: grown.flat(),
    variants: grown.map(([first]) => first as Occurrence),
    generalization,
  }));
}

function bestFor(variant: readonly Occurrence[], clusters: readonly Growing[]) {
  let best: { cluster: Growing; generalization: Generalization; score: number } | undefined;
  for (const cluster of clusters) {
    const generalization = generalizeVariants([...cluster.variants, variant]);
    if (flawOf(generalization) !== undefined) continue;
    const kept = concreteness(generalization.before) + concreteness(generalization.after);
    const first = cluster.variants[0]?.[0]?.unit;
    const score = first === undefined ? 0 : kept / (first.before.size + first.after.size);
    if (score > (best?.score ?? 0)) best = { cluster, generalization, score };
  }
  return best;
}

/** What an edit is about: names and texts that come or go, and what its place is recognised by. Edits without one of them in common are not alike. */
function wordsOf({ unit: { before, after } }: Occurrence, { before: pattern }: Generalization): Set<string> {
  const counts = new Map<string, number>();
  const add = (term: Term, by: number): void => {
    if (/^(Identifier|Literal|JSXIdentifier|PrivateIdentifier|TS)$/.test(term.type))
      counts.set(term.value, (counts.get(term.value) ?? 0) + by);
    for (const child of Object.values(term.fields).flat()) add(child, by);
  };
  add(before, -1);
  add(after, 1);
  const words = new Set([...counts].filter(([, count]) => count !== 0).map(([word]) => word));
  const anchor = anchorOf(pattern);
  const isOperator = before.type === after.type && before.value !== after.value;
  if (anchor !== undefined && !isOperator) words.add(anchor);
  return words;
}

const generalizeVariants = (variants: readonly (readonly Occurrence[])[]): Generalization =>
  generalize(variants.map(([first]) => (first as Occurrence).unit));

/** Why a generalization says too little to be a rewrite. */
export function flawOf({ before, after, unbound }: Generalization): string | undefined {
  if (after === null) return anchorOf(before) === undefined ? 'nothing tells where it belongs' : undefined;
  if (unbound.length > 0) return 'what is written cannot be told from what was there';
  if (keyOf(before) === keyOf(after)) return 'nothing in common changes';
  if (anchorOf(before) !== undefined) return undefined;
  const changesOperator =
    'type' in before && 'type' in after && before.type === after.type && before.value !== after.value;
  return changesOperator && /^(Binary|Logical)Expression$/.test(before.type)
    ? undefined
    : 'nothing tells where it belongs';
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
