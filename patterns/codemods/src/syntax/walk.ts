import type { TSESTree } from '@typescript-eslint/types';
import { visitorKeys } from 'oxc-parser';

/** The nodes of whole trees in source order, as `linkParents` met them. */
const known = new WeakMap<TSESTree.Node, readonly TSESTree.Node[]>();

/** Every node of a tree in source order, the root first. */
export function walk(root: TSESTree.Node): Iterable<TSESTree.Node> {
  return known.get(root) ?? nodesOf(root, () => undefined);
}

/** The nodes right below a node, in source order. */
export function childrenOf(node: TSESTree.Node): TSESTree.Node[] {
  const children: TSESTree.Node[] = [];
  for (const key of visitorKeys[node.type] ?? []) {
    const value = (node as unknown as Record<string, unknown>)[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}

/** Gives every node its parent. */
export function linkParents(root: TSESTree.Node): void {
  const nodes = nodesOf(root, (child, parent) => {
    (child as { parent: TSESTree.Node }).parent = parent;
  });
  known.set(root, nodes);
}

/** It keeps its own stack, so that depth costs no call stack, and fills it from behind, so that source order comes out. */
function nodesOf(root: TSESTree.Node, meet: (child: TSESTree.Node, parent: TSESTree.Node) => void): TSESTree.Node[] {
  const nodes: TSESTree.Node[] = [];
  const open = [root];
  const push = (value: unknown, parent: TSESTree.Node) => {
    if (!isNode(value)) return;
    meet(value, parent);
    open.push(value);
  };
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    nodes.push(node);
    const keys = visitorKeys[node.type] ?? [];
    for (let i = keys.length - 1; i >= 0; i--) {
      const value = (node as unknown as Record<string, unknown>)[keys[i] ?? ''];
      if (Array.isArray(value)) for (let j = value.length - 1; j >= 0; j--) push(value[j], node);
      else push(value, node);
    }
  }
  return nodes;
}

function isNode(value: unknown): value is TSESTree.Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}
