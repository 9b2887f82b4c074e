import type { SourceCode } from 'eslint';
import { isFunction, type Node } from './node.js';

/** Called for each node; `'skip'` leaves out what is below it, `'stop'` ends the walk. */
type Enter = (node: Node) => 'skip' | 'stop' | undefined;

/** Visits a node and all below it, in the order of the source. Returns whether the walk was stopped. */
export function walk(node: Node, { visitorKeys }: SourceCode, enter: Enter): boolean {
  const visit = (at: Node): boolean => {
    const answer = enter(at);
    if (answer === 'stop') return true;
    if (answer === 'skip') return false;
    for (const key of visitorKeys[at.type] ?? []) {
      const child = (at as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key];
      if (Array.isArray(child)) {
        for (const each of child) if (each !== null && visit(each)) return true;
      } else if (child && visit(child)) return true;
    }
    return false;
  };
  return visit(node);
}

/** Whether a node below (or the node itself) passes the test. */
export function contains(node: Node, sourceCode: SourceCode, test: (node: Node) => boolean): boolean {
  return walk(node, sourceCode, (at) => (test(at) ? 'stop' : undefined));
}

/** As `contains`, but what a nested function does is not done here. */
export function containsHere(node: Node, sourceCode: SourceCode, test: (node: Node) => boolean): boolean {
  return walk(node, sourceCode, (at) => {
    if (test(at)) return 'stop';
    return at !== node && isFunction(at) ? 'skip' : undefined;
  });
}
