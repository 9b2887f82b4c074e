import { makeMatcher } from '../engine/match.js';
import { makeScopes } from '../engine/scope.js';
import type { Term } from '../engine/term.js';
import { type Change, isStatementGap, linesOf, type Unit } from '../edit/unit.js';
import { anchorOf, concreteness } from '../pattern/anchor.js';
import { type Occurrence, push } from '../pattern/cluster.js';
import { type Generalization, generalize } from '../pattern/generalize.js';
import { keyOf } from '../pattern/recipe.js';
import type { ChangedProgram } from '../source/changed-program.js';
import type { ProgramReader } from '../syntax/parse-program.js';
import type { Candidate, CandidateExample } from './candidate.js';
import { idOf, prefilterOf, showPattern } from './describe.js';
import { ruleModule, type RuleRecipe } from './module-text.js';
import { isFrequent, originsOf, type Thresholds } from './propose.js';

const { match, concretes } = makeMatcher();
const { isLocal, childrenOf } = makeScopes();

/** A statement that was taken out, or before which a guard was put. */
interface Place {
  readonly occurrence: Occurrence;
  readonly statement: Term;
  readonly guard: readonly Term[];
}

interface Group {
  places: Place[];
  generalization: Generalization;
  guard: Generalization | undefined;
}

/**
 * Makes rules of statements that the diffs take out or guard. There is no rewrite that would be safe elsewhere: whether a statement may go,
 * or what has to happen when a guard fails, nobody can tell from the place.
 */
export function buildRules(
  reader: ProgramReader,
  left: readonly { readonly file: ChangedProgram; readonly changes: readonly Change[] }[],
  thresholds: Thresholds,
): { readonly candidate: Candidate; readonly covers: readonly Occurrence[] }[] {
  const kinds = new Map<string, Place[]>();
  for (const { file, changes } of left)
    for (const change of changes)
      for (const place of placesOf(file, change))
        push(kinds, `${place.statement.type} ${place.guard.map(({ type }) => type).join()}`, place);
  const built = [];
  for (const places of kinds.values())
    for (const group of groupPlaces(places)) {
      const covers = group.places.map(({ occurrence }) => occurrence);
      if (!isFrequent(covers, thresholds)) continue;
      const candidate = ruleOf(group, covers, thresholds);
      if (candidate !== undefined) built.push({ candidate, covers });
    }
  return built;
}

function placesOf(file: ChangedProgram, change: Change): Place[] {
  const { what, around } = change;
  if (!isStatementGap(change) || what.how !== 'gap') return [];
  const pair = around.at(-1);
  // Imports come and go with what uses them.
  if (pair === undefined || [...what.removed, ...what.added].some(({ type }) => /^(Import|Export)/.test(type)))
    return [];
  const occurrence = (statement: Term, after: Term): Occurrence => {
    const unit: Unit = { before: statement, after, written: after, isPure: true, changes: [change] };
    return { unit, file };
  };
  if (what.added.length === 0)
    return what.removed.map((statement) => ({ statement, guard: [], occurrence: occurrence(statement, pair.after) }));
  if (what.removed.length > 0 || what.added.length > 3) return [];
  const last = what.added.at(-1);
  const now = (pair.after.fields[last?.slot ?? 'body'] ?? []) as readonly Term[];
  const next = last === undefined ? undefined : now[now.indexOf(last) + 1];
  if (next === undefined) return [];
  const old = ((pair.before.fields[next.slot] ?? []) as readonly Term[]).find(({ key }) => key === next.key);
  // A declaration before another is no guard.
  if (old === undefined || !/^(If|Throw|Return|Expression)Statement$/.test(last?.type ?? '')) return [];
  return [{ statement: old, guard: what.added, occurrence: occurrence(old, next) }];
}

function groupPlaces(places: readonly Place[]): Group[] {
  const groups: Group[] = [];
  for (const place of places.slice(0, 500)) {
    const joined = groups.some((group) => {
      const grown = tryGroup([...group.places, place]);
      if (grown === undefined) return false;
      Object.assign(group, grown);
      return true;
    });
    const alone = joined ? undefined : tryGroup([place]);
    if (alone !== undefined) groups.push(alone);
  }
  return groups;
}

function tryGroup(places: Place[]): Group | undefined {
  const generalization = generalize(places.map(({ statement }) => ({ before: statement, after: null })));
  if (anchorOf(generalization.before) === undefined || concreteness(generalization.before) < 3) return undefined;
  const { guard: first = [] } = places[0] ?? {};
  if (first.length === 0) return { places, generalization, guard: undefined };
  // The guard says what the statement says: both are one pattern, so that they share their holes.
  const both = generalize(places.map(({ statement, guard }) => ({ before: statement, after: guard[0] as Term })));
  if (first.length > 1 || both.after === null || both.unbound.length > 0 || !('type' in both.after)) return undefined;
  if (keyOf(both.after) === keyOf(both.before)) return undefined;
  return { places, generalization: both, guard: both };
}

function ruleOf(
  { places, generalization, guard }: Group,
  covers: readonly Occurrence[],
  { minOrigins }: Thresholds,
): Candidate | undefined {
  const recipe: RuleRecipe = { before: withIds(generalization.before), unless: guard?.after ? [guard.after] : [] };
  const examples: CandidateExample[] = [];
  for (const file of new Set(places.map(({ occurrence }) => occurrence.file))) {
    const own = places.filter(({ occurrence }) => occurrence.file === file);
    const found = findPlaces(recipe, file.before);
    // What the diff left standing is not what it took offence at.
    if (found.length !== own.length || findPlaces(recipe, file.after).length > 0) return undefined;
    const { path, before = '', after, origin, isFragment } = file.file;
    const isPart = file.changes.some(
      (change) => !own.some(({ occurrence }) => occurrence.unit.changes.includes(change)),
    );
    examples.push({
      path,
      before,
      after,
      origin: origin.id,
      sha256: origin.sha256,
      isFragment,
      isPart,
      edits: own.length,
    });
  }
  const origins = originsOf(covers);
  if (origins.length < minOrigins) return undefined;
  const shown = showPattern({ ...generalization, after: null });
  const guarded = guard === undefined ? '' : showPattern(guard).after;
  const line = shown.before.replace(/\s+/g, ' ').slice(0, 80);
  const title = guard === undefined ? `Take out ${line}` : `Guard ${line}`;
  const message =
    guard === undefined
      ? `Earlier changes took this out: ${line}`
      : `Earlier changes guard this by: ${guarded.replace(/\s+/g, ' ').slice(0, 120)}`;
  const pattern = [{ before: shown.before, after: guard === undefined ? '' : `${guarded}\n${shown.before}` }];
  const id = idOf('rule', [guard ?? generalization]);
  const savedLines = [...new Set(covers.flatMap(({ unit }) => unit.changes))].reduce(
    (sum, change) => sum + linesOf(change),
    0,
  );
  const notes = ['It reports and does not rewrite: whether its place may be changed has to be judged there.'];
  const prefilter = prefilterOf([recipe.before]);
  return {
    id,
    title,
    kind: 'rule',
    pattern,
    examples,
    occurrences: covers.length,
    origins,
    savedLines,
    score: origins.length * savedLines,
    agreement: 'bytes',
    notes,
    prefilter,
    module: ruleModule(id, recipe, prefilter, message, { title, pattern, notes }),
  };
}

function withIds(pattern: Generalization['before']): Generalization['before'] {
  let next = 0;
  const visit = (item: Generalization['before']): void => {
    if (!('type' in item)) return;
    if (item.scope !== undefined) item.id = ++next;
    for (const field of Object.values(item.fields ?? {}))
      for (const inner of [field].flat() as (typeof item)[]) visit(inner);
  };
  visit(pattern);
  return pattern;
}

function findPlaces({ before, unless }: RuleRecipe, program: Term): Term[] {
  const found: Term[] = [];
  const visit = (term: Term): void => {
    const bindings = match(before, term);
    const isMeant =
      bindings &&
      concretes(before, bindings).every(
        ([{ scope }, place]) => scope === 'any' || isLocal(place.value, place) === (scope === 'local'),
      );
    if (bindings && isMeant === true) {
      const siblings = (term.parent?.fields[term.slot] ?? []) as readonly Term[];
      const previous = siblings[siblings.indexOf(term) - 1];
      const isGuarded =
        unless[0] !== undefined && previous !== undefined && match(unless[0], previous, bindings) !== undefined;
      if (!isGuarded) found.push(term);
    }
    for (const child of childrenOf(term)) visit(child);
  };
  visit(program);
  return found;
}
