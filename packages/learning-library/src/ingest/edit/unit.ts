import type { Term } from '../engine/term.js';
import type { Gap, TreeDiff } from './tree-diff.js';

/** A smallest change: a term replaced, or elements of a list that came and went; with all nodes around it, the program first. */
export interface Change {
  readonly around: readonly { readonly before: Term; readonly after: Term }[];
  readonly what: Gap | { readonly how: 'replaced'; readonly before: Term; readonly after: Term };
}

/** One edit, seen in the node that gives it its meaning. */
export interface Unit {
  /** The node before, as it is in the program before. */
  readonly before: Term;
  /** The node after, as it is in the program after; it may have other changes in it. */
  readonly written: Term;
  /** The node after with the changes of this edit only. */
  readonly after: Term;
  /** Whether `after` and `written` say the same. */
  readonly isPure: boolean;
  readonly changes: readonly Change[];
}

/** The smallest changes of a comparison. */
export function changesOf(diff: TreeDiff): Change[] {
  const changes: Change[] = [];
  const visit = (part: TreeDiff, around: Change['around']): void => {
    if (part.how === 'same') return;
    if (part.how === 'replaced') {
      changes.push({ around, what: part });
      return;
    }
    const inside = [...around, { before: part.before, after: part.after }];
    for (const { part: field } of part.fields) {
      for (const item of field.how === 'list' ? field.parts : [field]) {
        if (item.how === 'gap') changes.push({ around: inside, what: item });
        else visit(item, inside);
      }
    }
  };
  visit(diff, []);
  return changes;
}

/** Whether statements came or went, and nothing stands where they stood. */
export function isStatementGap({ what }: Change): boolean {
  const [first] = what.how === 'gap' ? [...what.removed, ...what.added] : [];
  return first !== undefined && (first.slot === 'body' || first.slot === 'consequent');
}

/** Lines that a change is about, the larger number of before and after. */
export function linesOf({ what }: Change): number {
  const lines = (terms: readonly Term[]): number =>
    terms.reduce((sum, { source, start, end }) => sum + source.slice(start, end).split('\n').length, 0);
  return what.how === 'gap'
    ? Math.max(lines(what.removed), lines(what.added))
    : Math.max(lines([what.before]), lines([what.after]));
}

/** Gathers changes into edits, seen beside all changes of their file. The higher the level, the more of what stands around belongs to an edit. */
export function unitsAt(level: number, changes: readonly Change[], all: readonly Change[], make: MakeTerm): Unit[] {
  const groups = new Map<Term, { before: Term; written: Term; changes: Change[] }>();
  for (const change of changes) {
    const { before, after } = placeOf(change, level);
    const group = groups.get(before) ?? { before, written: after, changes: [] };
    group.changes.push(change);
    groups.set(before, group);
  }
  return [...groups.values()].map((group) => {
    const own = new Set(group.changes.map(({ what }) => what));
    const after = onlyWith(own, group.before, group.written, all, make);
    return { ...group, after, isPure: after.key === group.written.key };
  });
}

/** Makes a term with the same key as one that was read and says the same. */
export type MakeTerm = (like: Term, fields: Term['fields']) => Term;

/** The node before with the own changes made, and those of other edits not. */
function onlyWith(
  own: ReadonlySet<Change['what']>,
  before: Term,
  written: Term,
  changes: readonly Change[],
  make: MakeTerm,
): Term {
  const foreign = changes.filter(({ around, what }) => !own.has(what) && around.some((pair) => pair.before === before));
  if (foreign.length === 0) return written;
  const back = new Map<Term, Term>();
  const lists = new Map<Term, Gap[]>();
  for (const { around, what } of foreign) {
    if (what.how === 'replaced') back.set(what.after, what.before);
    else {
      const pair = around.at(-1);
      if (pair) lists.set(pair.after, [...(lists.get(pair.after) ?? []), what]);
    }
  }
  const restore = (term: Term): Term => {
    const old = back.get(term);
    if (old !== undefined) return old;
    const gaps = lists.get(term) ?? [];
    const fields: Record<string, Term | readonly Term[]> = {};
    for (const [name, value] of Object.entries(term.fields))
      fields[name] = isList(value)
        ? restoreList(
            value,
            value.map(restore),
            gaps.filter((gap) => slotOf(gap) === name),
          )
        : restore(value);
    const isSame = Object.entries(fields).every(([name, value]) => {
      const now = term.fields[name];
      return isList(value) && isList(now)
        ? value.length === now.length && value.every((item, at) => item === now[at])
        : value === now;
    });
    return isSame ? term : make(term, fields);
  };
  return restore(written);
}

const isList = (value: Term | readonly Term[] | undefined): value is readonly Term[] => Array.isArray(value);

const slotOf = ({ added, removed }: Gap): string | undefined => (added[0] ?? removed[0])?.slot;

function restoreList(written: readonly Term[], restored: readonly Term[], gaps: readonly Gap[]): readonly Term[] {
  let items = restored;
  // The last first, so that places before it stay where they are.
  for (const { added, removed } of gaps.toReversed()) {
    // Where elements only went, they come back behind what stood before them.
    const start = added[0] === undefined ? indexBefore(removed[0], items) + 1 : written.indexOf(added[0]);
    items = [...items.slice(0, start), ...removed, ...items.slice(start + added.length)];
  }
  return items;
}

function indexBefore(removed: Term | undefined, items: readonly Term[]): number {
  if (removed === undefined) return -1;
  const siblings = (removed.parent?.fields[removed.slot] ?? []) as readonly Term[];
  for (let at = siblings.indexOf(removed) - 1; at >= 0; at--) {
    const index = items.findIndex(({ key }) => key === siblings[at]?.key);
    if (index >= 0) return index;
  }
  return -1;
}

/** The pair of nodes that gives a change its meaning, and `level` steps more. */
function placeOf({ around, what }: Change, level: number): { readonly before: Term; readonly after: Term } {
  const chain = what.how === 'replaced' ? [...around, { before: what.before, after: what.after }] : [...around];
  let at = chain.length - 1;
  while (at > 1 && isPart(chain[at]?.before)) at--;
  for (let step = 0; step < level && at > 1 && !isWhole(chain[at]?.before); step++) {
    at--;
    while (at > 1 && isPart(chain[at]?.before)) at--;
  }
  return chain[at] as { before: Term; after: Term };
}

/** Whether a node is one of many in a body: what stands around says nothing more about it. */
const isWhole = (term: Term | undefined): boolean =>
  term === undefined ||
  term.slot === 'body' ||
  term.slot === 'consequent' ||
  /^(Program|BlockStatement)$/.test(term.type);

/** Whether a node has its meaning from the one around it only. */
function isPart(term: Term | undefined): boolean {
  const parent = term?.parent;
  if (term === undefined || parent === undefined || isWhole(term)) return false;
  const { slot } = term;
  switch (parent.type) {
    case 'CallExpression':
    case 'NewExpression':
    case 'TaggedTemplateExpression':
      return slot === 'arguments'
        ? isSmall(term)
        : !/^(Call|New|TaggedTemplate|Function|ArrowFunction)/.test(term.type);
    case 'MemberExpression':
      return slot === 'property' || isSmall(term) || term.type === 'MemberExpression';
    case 'ObjectExpression':
    case 'ObjectPattern':
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'ImportDeclaration':
    case 'ExportSpecifier':
    case 'ExportNamedDeclaration':
    case 'JSXOpeningElement':
    case 'JSXClosingElement':
      return true;
    case 'VariableDeclaration':
      return parent.slot !== 'declaration';
    case 'JSXElement':
      return slot === 'openingElement' || slot === 'closingElement';
    default:
      return isSmall(term) || slot === 'key';
  }
}

/** Whether a node says too little to be looked at alone. */
const isSmall = ({ type }: Term): boolean =>
  /^(Identifier|Literal|PrivateIdentifier|JSXIdentifier|TS|SpreadElement|Property|ObjectExpression|ObjectPattern|ArrayExpression|ArrayPattern|VariableDeclarator|JSXAttribute|TemplateElement)$/.test(
    type,
  );
