import type { TSESTree } from '@typescript-eslint/types';

/** Code that does not run where it stands, but when it is called: a function, or the value of an instance's field. */
export type Unit =
  | TSESTree.FunctionDeclaration
  | TSESTree.FunctionExpression
  | TSESTree.ArrowFunctionExpression
  | TSESTree.PropertyDefinition
  | TSESTree.AccessorProperty;

/** Whether what lies under `child`, a child of `node`, runs only when `node` is called. */
function isDeferred(node: TSESTree.Node, child: TSESTree.Node): node is Unit {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return true;
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return !node.static && child === node.value;
    default:
      return false;
  }
}

/**
 * The outermost unit between a node and the `home` around it, so the one that must have been called for the node to
 * run after `home` was entered. A decorator of a parameter runs with its class, not with its function.
 */
export function outermostUnit(node: TSESTree.Node, home: TSESTree.Node): Unit | undefined {
  let unit: Unit | undefined;
  let decoratesParameter = false;
  let child = node;
  for (let above = node.parent; above && above !== home; child = above, above = above.parent) {
    if (child.type === 'Decorator')
      decoratesParameter = !/^(?:Class|Method|Property|Accessor|TSAbstract)/.test(above.type);
    if (!isDeferred(above, child)) continue;
    if (!decoratesParameter) unit = above;
    decoratesParameter = false;
  }
  return unit;
}

/** The function or file whose call runs this node. */
export function frameOf(node: TSESTree.Node): TSESTree.Node {
  let child = node;
  for (let above = node.parent; above; child = above, above = above.parent) {
    if (isDeferred(above, child) || above.type === 'StaticBlock') return above;
  }
  return child;
}

const loops = new Set(['ForStatement', 'ForInStatement', 'ForOfStatement', 'WhileStatement', 'DoWhileStatement']);

/** The loops around a node, the inner ones first, up to `home`: those that run the node again and again. */
export function loopsAround(node: TSESTree.Node, home: TSESTree.Node): TSESTree.Node[] {
  const around: TSESTree.Node[] = [];
  let child = node;
  for (let above = node.parent; above && child !== home; child = above, above = above.parent) {
    if (loops.has(above.type) && !runsOnce(above, child)) around.push(above);
  }
  return around;
}

function runsOnce(loop: TSESTree.Node, child: TSESTree.Node): boolean {
  if (loop.type === 'ForStatement') return child === loop.init;
  return (loop.type === 'ForInStatement' || loop.type === 'ForOfStatement') && child === loop.right;
}

/** The nodes that run when `home` is entered, without those that wait in a function for a call. */
export function* running(
  node: TSESTree.Node,
  childrenOf: (node: TSESTree.Node) => readonly TSESTree.Node[],
): Generator<TSESTree.Node> {
  yield node;
  for (const child of childrenOf(node)) if (!isDeferred(node, child)) yield* running(child, childrenOf);
}
