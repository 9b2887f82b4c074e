import { isFunction, parentOf, type FunctionNode, type Node, type NodeOf } from './node.js';
import { unwrap } from './unwrap.js';

/** The name that a member access, property or method definition has without running the program. */
export function keyName(
  node: NodeOf<'MemberExpression' | 'Property' | 'MethodDefinition' | 'PropertyDefinition'>,
): string | undefined {
  const key: Node = node.type === 'MemberExpression' ? node.property : node.key;
  if (!node.computed && key.type === 'Identifier') return key.name;
  if (key.type === 'PrivateIdentifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
}

/** `run` of `run()`, `a.b.run()` and `this.run()`: the last name of what is called. */
export function lastName(node: Node): string | undefined {
  const inner = unwrap(node);
  if (inner.type === 'Identifier') return inner.name;
  return inner.type === 'MemberExpression' ? keyName(inner) : undefined;
}

/** `process.env.HOME` as text; undefined when a part is computed. */
export function dottedName(node: Node): string | undefined {
  const inner = unwrap(node);
  if (inner.type === 'Identifier') return inner.name;
  if (inner.type === 'ThisExpression') return 'this';
  if (inner.type === 'MetaProperty') return `${inner.meta.name}.${inner.property.name}`;
  if (inner.type !== 'MemberExpression') return undefined;
  const key = keyName(inner);
  const object = key === undefined ? undefined : dottedName(inner.object);
  return object === undefined || key === undefined ? undefined : `${object}.${key}`;
}

/** The name under which readers know a function: its own, or that of the variable, property or method that holds it. */
export function functionName(node: FunctionNode): string | undefined {
  if (node.type !== 'ArrowFunctionExpression' && node.id) return node.id.name;
  const parent = parentOf(node);
  if (parent?.type === 'VariableDeclarator') return lastName(parent.id);
  if (parent?.type === 'AssignmentExpression') return lastName(parent.left);
  if (parent?.type === 'Property' || parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition') {
    return keyName(parent);
  }
  return undefined;
}

/** Names of the functions around a node, innermost first; a callback without a name has none. */
export function enclosingNames(node: Node): string[] {
  const names: string[] = [];
  for (let at = parentOf(node); at !== undefined; at = parentOf(at)) {
    const name = isFunction(at) ? functionName(at) : undefined;
    if (name !== undefined) names.push(name);
  }
  return names;
}
