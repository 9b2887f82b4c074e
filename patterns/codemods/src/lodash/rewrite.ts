import type { TSESTree } from '@typescript-eslint/types';
import type { Change } from '../codemod/change.js';
import type { Module } from '../syntax/parse.js';
import { type Rewrite, rewriteOf } from './rules.js';

/** Rewrites one call, or says why not. */
export function rewriteCall(
  module: Module,
  change: Change,
  method: string,
  call: TSESTree.CallExpression,
): readonly [reason: string, message: string] | undefined {
  const rewrite = rewriteOf(module, method, call);
  if (rewrite.kind === 'decline') return [rewrite.reason, rewrite.message];
  if (rewrite.kind === 'callee') {
    change.replace(call.callee, rewrite.callee);
    return undefined;
  }
  const [value, next] = call.arguments;
  if (!value) return ['arguments', 'It is called with nothing.'];
  const close = call.range[1] - 1;
  const gaps: [number, number][] = [
    [call.range[0], value.range[0]],
    [value.range[1], rewrite.kind === 'method' && next ? afterComma(module, value) : close],
  ];
  if (module.comments.some(({ start, end }) => gaps.some(([from, to]) => start < to && end > from))) {
    return ['comment-in-the-way', 'A comment stands where the call would be taken apart.'];
  }
  if (wouldJoin(module, call, value)) return ['line-joins', 'Without a semicolon, the line before would go on here.'];
  write(module, change, rewrite, call, value, next);
  return undefined;
}

function write(
  module: Module,
  change: Change,
  rewrite: Exclude<Rewrite, { kind: 'decline' | 'callee' }>,
  call: TSESTree.CallExpression,
  value: TSESTree.Node,
  next: TSESTree.Node | undefined,
): void {
  const open = simple.has(value.type) && !isParenthesised(module, call, value) ? '' : '(';
  const shut = open && ')';
  const [start, end] = call.range;
  if (rewrite.kind === 'method') {
    change.replace([start, value.range[0]], open);
    if (next) change.replace([value.range[1], afterComma(module, value)], `${shut}.${rewrite.name}(`, 0);
    else change.replace([value.range[1], end], `${shut}.${rewrite.name}()`, 0);
    return;
  }
  if (rewrite.kind === 'suffix') {
    change.replace([start, value.range[0]], open);
    change.replace([value.range[1], end], `${shut}${rewrite.text}`, 0);
    return;
  }
  const { parent } = call;
  const negated = parent.type === 'UnaryExpression' && parent.operator === '!' && parent.range[0] + 1 === start;
  const outer = negated ? parent : call;
  const bracket = !standsAlone(outer);
  change.replace([outer.range[0], value.range[0]], (bracket ? '(' : '') + open);
  change.replace(
    [value.range[1], end],
    `${shut} ${negated ? rewrite.isNot : rewrite.is} ${rewrite.than}${bracket ? ')' : ''}`,
    0,
  );
}

/** Where what follows an argument and its comma starts, be it in parentheses. */
function afterComma({ source }: Module, { range: [, end] }: TSESTree.Node): number {
  return end + (/^[^,]*,\s*/.exec(source.slice(end))?.[0].length ?? 0);
}

const simple = new Set(
  'Identifier MemberExpression CallExpression Literal TemplateLiteral ThisExpression ArrayExpression'.split(' '),
);

/** Parentheses are no nodes: `_.first((a))` has more between the call's start and its value than the callee. */
function isParenthesised({ source }: Module, call: TSESTree.CallExpression, value: TSESTree.Node): boolean {
  return source.slice(call.callee.range[1], value.range[0]).replace('(', '').includes('(');
}

/** Whether a comparison may stand in a place without brackets around it. */
function standsAlone(node: TSESTree.Node): boolean {
  const { parent } = node;
  switch (parent?.type) {
    case 'IfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ReturnStatement':
    case 'ExpressionStatement':
    case 'VariableDeclarator':
    case 'ArrayExpression':
    case 'ArrowFunctionExpression':
    case 'LogicalExpression':
      return true;
    case 'Property':
      return parent.value === node && !parent.computed;
    case 'AssignmentExpression':
      return parent.right === node;
    case 'ConditionalExpression':
      return true;
    case 'CallExpression':
    case 'NewExpression':
      return parent.callee !== node;
    default:
      return false;
  }
}

/** Whether what becomes the start of a statement would be read as the end of the line before. */
function wouldJoin({ source }: Module, call: TSESTree.CallExpression, value: TSESTree.Node): boolean {
  const first = simple.has(value.type) ? source[value.range[0]] : '(';
  if (first === undefined || !'([`/'.includes(first)) return false;
  const before = source.slice(0, call.range[0]).trimEnd();
  return !/(?:^|[;{}(,=:?&|!>[]|\breturn)$/.test(before);
}
