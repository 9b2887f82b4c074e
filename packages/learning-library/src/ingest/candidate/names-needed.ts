import { makeScopes } from '../engine/scope.js';
import type { NeededName, Pattern, Term } from '../engine/term.js';
import type { Cluster, Occurrence } from '../pattern/cluster.js';
import { isPatterns } from '../pattern/template.js';

const { isLocal, isReference, moduleNames } = makeScopes();

/** Names that a cluster's edits bring in, and where they come from. */
export interface NamesNeeded {
  readonly names: readonly string[];
  readonly needs: readonly NeededName[];
  readonly notes: readonly string[];
}

/** A string says why the edits cannot be made elsewhere. */
export function namesNeeded({ generalization, occurrences }: Cluster): NamesNeeded | string {
  const { before, after, origin } = generalization;
  const known = new Set(referencesIn(before, origin));
  const names = [...new Set(referencesIn(after, origin))].filter((name) => !known.has(name));
  const needs: NeededName[] = [];
  const notes: string[] = [];
  for (const name of names) {
    if (occurrences.some(({ unit }) => isLocalIn(name, unit.written)))
      return `"${name}" is a name of the function around`;
    const declared = occurrences.filter(({ file }) => moduleNames(file.after).has(name));
    if (declared.length === 0) {
      if (!(name in globalThis)) notes.push(`The examples do not show where "${name}" is declared.`);
      continue;
    }
    if (
      declared.length < occurrences.length &&
      occurrences.some((item) => !declared.includes(item) && !item.file.file.isFragment)
    )
      return `"${name}" is declared in some of the files only`;
    const added = declared
      .filter(({ file }) => !moduleNames(file.before).has(name))
      .map((item) => declarationAdded(name, item));
    const texts = new Map(added.map((term) => [term?.key, term]));
    const [declaration] = texts.values();
    // Where an import was changed and not added, another step of the same candidate has to do it.
    const text =
      texts.size === 1 && declaration !== undefined
        ? declaration.source.slice(declaration.start, declaration.end)
        : null;
    needs.push({ name, declaration: text });
  }
  return { names, needs, notes };
}

const isLocalIn = (name: string, written: Term): boolean => isLocal(name, written);

/** The names in a pattern that refer to something declared outside of it. */
function referencesIn(pattern: Pattern | null, origin: Cluster['generalization']['origin']): string[] {
  if (pattern === null || !('type' in pattern)) return [];
  const term = origin.get(pattern)?.[0] as Term | undefined;
  const own =
    term !== undefined && isReference(term) && pattern.value !== undefined && !isInside(pattern.value, term, origin)
      ? [pattern.value]
      : [];
  const inner = Object.values(pattern.fields ?? {}).flatMap((field) =>
    (isPatterns(field) ? field : [field]).flatMap((item) => referencesIn(item, origin)),
  );
  return [...own, ...inner];
}

/** Whether the pattern itself declares the name, as the parameter of a function that it writes. */
function isInside(name: string, term: Term, origin: Cluster['generalization']['origin']): boolean {
  const roots = new Set([...origin.values()].map(([first]) => first));
  let top = term;
  while (top.parent !== undefined && roots.has(top.parent)) top = top.parent;
  return isLocal(name, term) && !isLocal(name, top);
}

/** The statement on top of the file that was added and declares the name. */
export function declarationAdded(name: string, { file }: Occurrence): Term | undefined {
  return file.changes
    .flatMap(({ what, around }) => (what.how === 'gap' && around.at(-1)?.before.type === 'Program' ? what.added : []))
    .find((term) => /^(ImportDeclaration|VariableDeclaration)$/.test(term.type) && declares(term, name));
}

function declares(term: Term, name: string): boolean {
  const open = [term];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.type === 'Identifier' && at.value === name && /^(local|id|value)$/.test(at.slot)) return true;
    if (at.slot !== 'init') open.push(...Object.values(at.fields).flat());
  }
  return false;
}
