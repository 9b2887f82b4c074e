import type { Rule, SourceCode } from 'eslint';

/** Any ESTree node. A TypeScript parser makes further kinds, which `unwrap` looks through. */
export type Node = NonNullable<ReturnType<SourceCode['getNodeByRangeIndex']>>;

export type NodeOf<Type extends Node['type']> = Extract<Node, { type: Type }>;

export type FunctionNode = NodeOf<'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression'>;

/** ESLint gives every node but the program a parent; ESTree's types do not know it. */
export function parentOf(node: Node): Node | undefined {
  return (node as Rule.Node).parent ?? undefined;
}

/** The kind as text, TypeScript's kinds among them. */
export function kindOf(node: Node): string {
  return node.type;
}

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node?.type === 'ArrowFunctionExpression' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'FunctionDeclaration'
  );
}

/** The innermost function around a node; undefined at the top level of the module. */
export function enclosingFunction(node: Node): FunctionNode | undefined {
  for (let at = parentOf(node); at !== undefined; at = parentOf(at)) {
    if (isFunction(at)) return at;
  }
  return undefined;
}

export function isInside(node: Node, outer: Node | null | undefined): boolean {
  if (outer === null || outer === undefined) return false;
  for (let at: Node | undefined = node; at !== undefined; at = parentOf(at)) {
    if (at === outer) return true;
  }
  return false;
}

/** Start and end offset; every parser that ESLint accepts sets them. */
export function rangeOf(node: Node): [number, number] {
  if (node.range === undefined) throw new TypeError(`The parser gave ${node.type} no range`);
  return node.range;
}
