import type { Reference, Scope, Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from './parse.js';

interface Names {
  readonly references: ReadonlyMap<TSESTree.Node, Reference>;
  /** Every name that the file declares or mentions without declaring it. */
  readonly taken: ReadonlySet<string>;
  /** Names that the file does not declare, but writes to. */
  readonly overwritten: ReadonlySet<string>;
}

const cache = new WeakMap<Module, Names>();

function namesOf(module: Module): Names {
  const known = cache.get(module);
  if (known) return known;
  const references = new Map<TSESTree.Node, Reference>();
  const taken = new Set<string>();
  const overwritten = new Set<string>();
  for (const scope of module.scopes.scopes) {
    for (const { name } of scope.variables) taken.add(name);
    for (const reference of scope.references) {
      references.set(reference.identifier, reference);
      taken.add(reference.identifier.name);
      if (!reference.resolved && reference.isWrite()) overwritten.add(reference.identifier.name);
    }
  }
  const names = { references, taken, overwritten };
  cache.set(module, names);
  return names;
}

/** The use of a name at this node. */
export const referenceOf = (module: Module, node: TSESTree.Node): Reference | undefined =>
  namesOf(module).references.get(node);

/** What the file declares under the name that this node uses. */
export const variableOf = (module: Module, node: TSESTree.Node): Variable | undefined =>
  referenceOf(module, node)?.resolved ?? undefined;

/** Whether the name is declared or mentioned anywhere in the file, so that a new declaration could shadow or clash. */
export const isTaken = (module: Module, name: string): boolean => namesOf(module).taken.has(name);

/** Whether a node names the global of that name: nothing in the file declares it, overwrites it or hides it by `with`. */
export function isGlobal(module: Module, node: TSESTree.Node, name: string): boolean {
  if (node.type !== 'Identifier' || node.name !== name) return false;
  const reference = referenceOf(module, node);
  if (!reference || reference.resolved || namesOf(module).overwritten.has(name)) return false;
  for (let scope = reference.from; scope.upper; scope = scope.upper) if (scope.type === 'with') return false;
  return true;
}

/** What a name, if it were used inside this node, would mean: a variable, the global of that name, or nobody knows. */
export function meaningOf(module: Module, at: TSESTree.Node, name: string): Variable | 'global' | undefined {
  if (namesOf(module).overwritten.has(name)) return undefined;
  for (let scope: Scope | null = scopeAround(module, at); scope; scope = scope.upper) {
    if (scope.type === 'with') return undefined;
    const variable = scope.set.get(name);
    if (variable) return variable;
  }
  return 'global';
}

/** Whether the name, if it were used inside this node, would be the global of that name. */
export const isGlobalVisible = (module: Module, at: TSESTree.Node, name: string): boolean =>
  meaningOf(module, at, name) === 'global';

function scopeAround(module: Module, at: TSESTree.Node): Scope | null {
  for (let node: TSESTree.Node | undefined = at; node; node = node.parent) {
    const scope = module.scopes.acquire(node, true);
    if (scope) return scope;
  }
  return null;
}

/** The one value that a variable ever has, where that is written down: `const a = VALUE`, or a `var` never reassigned. */
export function initOf(
  variable: Variable,
): { readonly id: TSESTree.Node; readonly init: TSESTree.Expression } | undefined {
  const [definition] = variable.defs;
  if (variable.defs.length !== 1 || definition?.type !== 'Variable') return undefined;
  const { id, init } = definition.node;
  if (!init || variable.references.some((reference) => reference.isWrite() && !reference.init)) return undefined;
  return { id, init };
}

/** Parentheses are no nodes here; these are what a type checker adds around a value. */
export function unwrap(node: TSESTree.Node): TSESTree.Node {
  let inner = node;
  while (
    inner.type === 'TSAsExpression' ||
    inner.type === 'TSNonNullExpression' ||
    inner.type === 'TSSatisfiesExpression' ||
    inner.type === 'TSTypeAssertion'
  ) {
    inner = inner.expression;
  }
  return inner;
}

/** The name of a property that is named for certain: `a.b`, `a['b']`, `{ b: 1 }`. */
export function keyOf(node: TSESTree.MemberExpression | TSESTree.Property): string | undefined {
  const key = node.type === 'Property' ? node.key : node.property;
  if (!node.computed && key.type === 'Identifier') return key.name;
  return literalText(key);
}

/** The text of a string literal, or of a template without values. */
export function literalText(node: TSESTree.Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral' && node.quasis.length === 1) return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}
