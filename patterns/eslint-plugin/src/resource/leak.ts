import type { Scope, SourceCode } from 'eslint';
import { lastName } from '../syntax/name.js';
import { isFunction, isInside, parentOf, type FunctionNode, type Node, type NodeOf } from '../syntax/node.js';
import { contains, containsHere } from '../syntax/walk.js';

/** The place where a function is left, or may be, while the resource is open. */
export interface Leak {
  readonly node: Node;
  readonly how: 'throws' | 'returns' | 'ends';
}

interface World {
  readonly owner: FunctionNode;
  readonly variable: Scope.Variable;
  readonly closing: ReadonlySet<Node>;
  readonly isRisk: (node: Node) => boolean;
  readonly sourceCode: SourceCode;
}

/** How control may go on with an open resource; closed when neither way is possible. */
interface Onward {
  /** To the next statement. */
  readonly next: boolean;
  /** Out of a loop or switch. */
  readonly jump: boolean;
}

const open: Onward = { next: true, jump: false };
const jump: Onward = { next: false, jump: true };
const closed: Onward = { next: false, jump: false };

/**
 * Follows a function from the statement that opened a resource, along every path, to the first way out that leaves it
 * open. Loops are followed once; a condition that names the variable is taken to guard its closing.
 */
export function findLeak(start: Node, world: World): Leak | undefined {
  return new Paths(world).from(start);
}

class Paths {
  readonly #world: World;
  #leak: Leak | undefined;
  #risks = 0;

  constructor(world: World) {
    this.#world = world;
  }

  from(start: Node): Leak | undefined {
    const { owner, variable } = this.#world;
    let at = start;
    let onward = open;
    for (let parent = parentOf(at); parent !== undefined; at = parent, parent = parentOf(at)) {
      const siblings = statementsOf(parent);
      if (onward.next && siblings !== undefined) {
        onward = then(onward, this.#sequence(siblings.slice(siblings.indexOf(at) + 1)));
      } else if (parent.type === 'TryStatement' && at !== parent.finalizer) {
        if (parent.finalizer && this.#closes(parent.finalizer)) return this.#leak;
        if (at === parent.block && parent.handler && this.#risks > 0 && this.#isVisibleIn(parent.handler)) {
          onward = join(onward, this.#run(parent.handler.body));
        }
        if (parent.finalizer && isOpen(onward)) onward = then(onward, this.#run(parent.finalizer));
      } else if (isLoop(parent) || parent.type === 'SwitchStatement') {
        onward = isOpen(onward) ? open : closed;
      }
      if (this.#leak !== undefined) return this.#leak;
      if (!isOpen(onward) && !this.#mayBeCaughtAbove(parent)) return undefined;
      const endsScope = variable.scope.block === (parent as unknown);
      if (isOpen(onward) && (parent === owner || endsScope)) return { node: parent, how: 'ends' };
      if (parent === owner) return undefined;
    }
    return undefined;
  }

  /** A risk that was taken in a try block leads to its handler, wherever the block itself went. */
  #mayBeCaughtAbove(node: Node): boolean {
    if (this.#risks === 0) return false;
    for (let at: Node | undefined = node; at !== undefined && at !== this.#world.owner; at = parentOf(at)) {
      const parent = parentOf(at);
      if (parent?.type === 'TryStatement' && parent.block === at && parent.handler && this.#isVisibleIn(parent.handler))
        return true;
    }
    return false;
  }

  #sequence(statements: readonly Node[]): Onward {
    let onward = open;
    for (const statement of statements) {
      onward = then(onward, this.#run(statement));
      if (!onward.next || this.#leak !== undefined) return onward;
    }
    return onward;
  }

  #run(node: Node): Onward {
    switch (node.type) {
      case 'BlockStatement':
        return this.#sequence(node.body);
      case 'LabeledStatement':
        return this.#run(node.body);
      case 'IfStatement':
        return this.#condition(node);
      case 'TryStatement':
        return this.#attempt(node);
      case 'SwitchStatement':
        return this.#switch(node);
      case 'ReturnStatement':
        if (node.argument && this.#evaluate(node.argument)) return closed;
        return this.#leave(node, 'returns');
      case 'ThrowStatement':
        return this.#leave(node, 'throws');
      case 'BreakStatement':
      case 'ContinueStatement':
        return jump;
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        return open;
      default:
        if (isLoop(node)) return this.#loop(node);
        return this.#evaluate(node) ? closed : open;
    }
  }

  #condition(node: NodeOf<'IfStatement'>): Onward {
    if (this.#evaluate(node.test)) return closed;
    if (this.#names(node.test) && this.#closes(node.consequent)) return closed;
    return join(this.#run(node.consequent), node.alternate ? this.#run(node.alternate) : open);
  }

  #attempt(node: NodeOf<'TryStatement'>): Onward {
    const before = this.#risks;
    let onward = this.#run(node.block);
    const isCaught = node.handler && (this.#risks > before || isOpen(onward));
    if (node.handler && isCaught) onward = join(onward, this.#run(node.handler.body));
    if (node.finalizer) {
      if (this.#closes(node.finalizer)) return closed;
      if (isOpen(onward)) onward = then(onward, this.#run(node.finalizer));
    }
    return onward;
  }

  #switch(node: NodeOf<'SwitchStatement'>): Onward {
    const outcomes = node.cases
      .filter(({ consequent }) => consequent.length > 0)
      .map(({ consequent }) => this.#sequence(consequent));
    const hasDefault = node.cases.some(({ test }) => !test);
    return hasDefault && !outcomes.some(isOpen) ? closed : open;
  }

  #loop(node: Loop): Onward {
    if (this.#world.closing.has(node)) return closed;
    const first = node.type === 'ForStatement' ? node.init : 'right' in node ? node.right : node.test;
    if (first && this.#evaluate(first)) return closed;
    if (node.type === 'ForOfStatement' && node.await) this.#risk(node);
    const onward = this.#run(node.body);
    return node.type === 'DoWhileStatement' && !isOpen(onward) ? closed : open;
  }

  /** Whether evaluating an expression closes the resource. */
  #evaluate(node: Node): boolean {
    if (isFunction(node)) return false;
    const { sourceCode, closing, isRisk } = this.#world;
    for (const key of sourceCode.visitorKeys[node.type] ?? []) {
      const child = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key];
      for (const each of Array.isArray(child) ? child : [child]) {
        if (each && this.#evaluate(each)) return true;
      }
    }
    if (closing.has(node)) return true;
    if (node.type === 'CallExpression' && ['exit', 'abort'].includes(lastName(node.callee) ?? '')) return true;
    if (isRisk(node)) this.#risk(node);
    return false;
  }

  #risk(node: Node): void {
    this.#risks += 1;
    if (!this.#isCovered(node, 'throws')) this.#leak ??= { node, how: 'throws' };
  }

  #leave(node: NodeOf<'ReturnStatement' | 'ThrowStatement'>, how: 'throws' | 'returns'): Onward {
    if (how === 'throws') this.#risks += 1;
    if (!this.#isCovered(node, how)) this.#leak ??= { node, how };
    return closed;
  }

  /** Whether leaving the function here passes a `finally` that closes, or, by an error, a handler that goes on. */
  #isCovered(node: Node, how: Leak['how']): boolean {
    let at = node;
    for (
      let parent = parentOf(at);
      parent !== undefined && at !== this.#world.owner;
      at = parent, parent = parentOf(at)
    ) {
      if (parent.type !== 'TryStatement') continue;
      if (parent.finalizer && at !== parent.finalizer && this.#closes(parent.finalizer)) return true;
      if (how === 'throws' && at === parent.block && parent.handler && this.#isVisibleIn(parent.handler)) return true;
    }
    return false;
  }

  /** A handler cannot close what only the try block knows. */
  #isVisibleIn(handler: Node): boolean {
    const attempt = parentOf(handler);
    const declaration = this.#world.variable.defs[0]?.node as Node | undefined;
    return declaration !== undefined && attempt?.type === 'TryStatement' && !isInside(declaration, attempt.block);
  }

  #closes(node: Node): boolean {
    return containsHere(node, this.#world.sourceCode, (at) => this.#world.closing.has(at));
  }

  #names(node: Node): boolean {
    const { variable, sourceCode } = this.#world;
    return contains(node, sourceCode, (at) => at.type === 'Identifier' && at.name === variable.name);
  }
}

type Loop = NodeOf<'ForStatement' | 'ForOfStatement' | 'ForInStatement' | 'WhileStatement' | 'DoWhileStatement'>;

function isLoop(node: Node): node is Loop {
  return /^(?:For|ForOf|ForIn|While|DoWhile)Statement$/u.test(node.type);
}

function isOpen({ next, jump: jumps }: Onward): boolean {
  return next || jumps;
}

function join(a: Onward, b: Onward): Onward {
  return { next: a.next || b.next, jump: a.jump || b.jump };
}

function then(before: Onward, after: Onward): Onward {
  return { next: after.next, jump: before.jump || after.jump };
}

function statementsOf(node: Node): Node[] | undefined {
  if (node.type === 'BlockStatement') return node.body;
  return node.type === 'SwitchCase' ? node.consequent : undefined;
}
