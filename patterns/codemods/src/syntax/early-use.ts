import type { Reference, Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { isHarmless, isLocalObject, flowOf } from './flow.js';
import type { Module } from './parse.js';
import { loopsAround, outermostUnit, running, type Unit } from './units.js';
import { childrenOf } from './walk.js';

/** A use of a name that may run before its declaration has. */
export interface EarlyUse {
  readonly kind: 'direct' | 'by-function';
  readonly at: TSESTree.Node;
}

/** Where a declaration stands. */
export interface Declaration {
  readonly variable: Variable;
  /** The block, function body or file that binds the name, if it is bound as by `let`. */
  readonly home: TSESTree.Node;
  /** The offset from which on the name has its value. */
  readonly end: number;
  /** Uses that belong to the declaration itself. */
  readonly own?: ReadonlySet<TSESTree.Node>;
}

/**
 * The first use of a name that is not proven to run after its declaration. Uses in functions count from the moment
 * when somebody could call them: such a function, or another by which it can be reached, is handed on or mentioned,
 * and something is called before the declaration has run.
 */
export function earlyUse(module: Module, declaration: Declaration): EarlyUse | undefined {
  const { variable, home, end, own } = declaration;
  const early = new Map<Unit, TSESTree.Node>();
  for (const { identifier } of valueUses(variable)) {
    if (own?.has(identifier)) continue;
    const unit = outermostUnit(identifier, home);
    if (!unit) {
      if (identifier.range[0] < end && !isExportName(identifier)) return { kind: 'direct', at: identifier };
    } else if (existsBefore(unit, home, end)) {
      early.set(unit, identifier);
    }
  }
  if (early.size === 0) return undefined;
  const at = mayRunEarly(module, declaration, early);
  return at && { kind: 'by-function', at };
}

/** Uses of a variable's value other than its initialisation. */
export const valueUses = (variable: Variable): Reference[] =>
  variable.references.filter(
    ({ identifier, isValueReference }) =>
      isValueReference && !variable.identifiers.includes(identifier as TSESTree.Identifier),
  );

const isExportName = ({ parent }: TSESTree.Node) => parent?.type === 'ExportSpecifier';

/** Whether a function is there before the declaration has run: it stands before it, or is hoisted to before it. */
function existsBefore(unit: Unit, home: TSESTree.Node, end: number): boolean {
  if (unit.range[0] < end) return true;
  if (unit.type !== 'FunctionDeclaration') return false;
  let block: TSESTree.Node = unit.parent;
  while (/^(?:Export|LabeledStatement|SwitchCase)/.test(block.type) && block !== home) block = block.parent ?? home;
  return block.range[0] < end;
}

function mayRunEarly(
  module: Module,
  { home, end, own }: Declaration,
  early: ReadonlyMap<Unit, TSESTree.Node>,
): TSESTree.Node | undefined {
  const calls = callsBefore(module, home, end);
  const isCalledAfter = (offset: number) => calls.some((each) => each > offset);
  const seen = new Set<Unit | Variable>();
  const units = [...early];
  const linked = hasLinks(module);
  for (let next = units.pop(); next; next = units.pop()) {
    const [unit, use] = next;
    if (seen.has(unit)) continue;
    seen.add(unit);
    const flow = flowOf(module, unit, home);
    if (flow.kind === 'anyone') return use;
    if (flow.kind === 'escapes') {
      if (isCalledAfter(unit.range[0])) return use;
      continue;
    }
    if (linked && isExported(flow.variable)) return use;
    if (seen.has(flow.variable)) continue;
    seen.add(flow.variable);
    for (const { identifier } of valueUses(flow.variable)) {
      if (own?.has(identifier) || isExportName(identifier) || isWrittenInto(identifier)) continue;
      const within = outermostUnit(identifier, home);
      if (within) {
        if (existsBefore(within, home, end)) units.push([within, use]);
      } else if (identifier.range[0] < end && isCalledAfter(identifier.range[0])) {
        return use;
      }
    }
  }
  return undefined;
}

/** `a` of `a = …` and of `a.b = …`: what is written into is not handed on. */
function isWrittenInto(identifier: TSESTree.Node): boolean {
  let target = identifier;
  while (target.parent?.type === 'MemberExpression' && target.parent.object === target) target = target.parent;
  const { parent } = target;
  return parent?.type === 'AssignmentExpression' && parent.operator === '=' && parent.left === target;
}

/** Where calls before the declaration end; in a loop a call is as late as the loop's end. */
function callsBefore(module: Module, home: TSESTree.Node, end: number): number[] {
  const calls: number[] = [];
  for (const child of childrenOf(home)) {
    if (child.range[0] >= end) continue;
    for (const node of running(child, childrenOf)) {
      if (node.range[0] >= end || !mayCall(module, node)) continue;
      const loop = loopsAround(node, home).at(-1);
      calls.push(Math.max(node.range[1], loop?.range[1] ?? 0));
    }
  }
  return calls;
}

function mayCall(module: Module, node: TSESTree.Node): boolean {
  switch (node.type) {
    case 'CallExpression':
    case 'NewExpression':
      return !isHarmless(module, node);
    case 'TaggedTemplateExpression':
    case 'AwaitExpression':
    case 'YieldExpression':
    case 'ForOfStatement':
    case 'SpreadElement':
    case 'ArrayPattern':
    case 'Decorator':
    case 'JSXElement':
    case 'JSXFragment':
      return true;
    case 'AssignmentExpression':
      return node.left.type === 'MemberExpression' && !isLocalObject(module, node.left);
    default:
      return false;
  }
}

/** Whether other modules can be in a circle with this one, so that what it exports may be used before it has run. */
export function hasLinks({ program, esm }: Module): boolean {
  if (!esm) return false;
  return program.body.some(
    (node) =>
      (node.type === 'ImportDeclaration' && node.importKind !== 'type') ||
      ((node.type === 'ExportAllDeclaration' || node.type === 'ExportNamedDeclaration') &&
        node.source !== null &&
        node.exportKind !== 'type') ||
      hasAwait(node),
  );
}

function hasAwait(statement: TSESTree.Node): boolean {
  for (const { type } of running(statement, childrenOf)) if (type === 'AwaitExpression') return true;
  return false;
}

/** Whether an ES module exports the variable itself, so that others see it before it has its value. */
export const isExported = ({ defs, references }: Variable): boolean =>
  references.some(({ identifier }) => isExportName(identifier)) ||
  defs.some(({ node, parent }) => /^Export/.test(node.parent.type) || (parent && /^Export/.test(parent.parent.type)));
