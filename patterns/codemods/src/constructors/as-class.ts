import type { TSESTree } from '@typescript-eslint/types';
import type { Change } from '../codemod/change.js';
import type { Module } from '../syntax/parse.js';
import { walk } from '../syntax/walk.js';
import type { Blueprint } from './objection.js';

/** Writes a constructor and its methods as a class: their heads change, their bodies move in by one step. */
export function writeClass(module: Module, change: Change, blueprint: Blueprint): void {
  const { constructor, name, methods } = blueprint;
  const { source } = module;
  const last = methods.at(-1)?.statement ?? constructor;
  const isOnOneLine = !/[\n\r]/.test(source.slice(constructor.range[0], last.range[1]));
  const ending = /\r\n|\n|\r/.exec(source.slice(constructor.range[0]))?.[0] ?? '\n';
  const margin = marginAt(source, constructor.range[0]);
  const step = isOnOneLine ? '' : stepOf(source, constructor, margin);
  const open = isOnOneLine ? `class ${name}{` : `class ${name} {${ending}${margin}${step}`;
  change.replace([constructor.range[0], paramsOf(module, constructor)], `${open}constructor`);
  for (const { statement, key, func } of methods) {
    const head = `${func.async ? 'async ' : ''}${func.generator ? '*' : ''}${key}`;
    change.replace([statement.range[0], paramsOf(module, func)], head, 0);
    if (statement.range[1] > func.range[1]) change.remove([func.range[1], statement.range[1]]);
  }
  change.insert(last.range[1], isOnOneLine ? '}' : `${ending}${margin}}`);
  for (const offset of lineStarts(module, blueprint, last.range[1])) change.insert(offset, step);
}

/** The offset of the bracket before the parameters; a comment before it is declined earlier. */
function paramsOf({ source }: Module, func: TSESTree.FunctionDeclaration | TSESTree.FunctionExpression): number {
  return source.indexOf('(', func.id?.range[1] ?? func.range[0]);
}

const marginAt = (source: string, offset: number): string =>
  /[\t ]*$/.exec(source.slice(0, offset).replace(/\S[^\n\r]*$/, ''))?.[0] ?? '';

/** By how much the body of the constructor is set in. */
function stepOf(source: string, { body }: TSESTree.FunctionDeclaration, margin: string): string {
  const [first] = body.body;
  const inner =
    first && /[\n\r]/.test(source.slice(body.range[0], first.range[0])) ? marginAt(source, first.range[0]) : '';
  return inner.length > margin.length && inner.startsWith(margin) ? inner.slice(margin.length) : '  ';
}

/** The starts of lines with something on them, but for those inside of strings, whose text they are, and of heads. */
function lineStarts(module: Module, { constructor, methods }: Blueprint, end: number): number[] {
  const kept: (readonly [number, number])[] = methods.map(({ statement, func }) => [
    statement.range[0],
    func.body.range[0],
  ]);
  for (const node of walk(constructor.parent)) {
    if (node.type === 'TemplateLiteral' || node.type === 'Literal') kept.push(node.range);
  }
  const start = constructor.range[0];
  return [...module.source.slice(start, end).matchAll(/(?:\r\n|[\n\r])(?=[^\n\r])/g)]
    .map(({ index, 0: ending }) => start + index + ending.length)
    .filter((offset) => !kept.some(([from, to]) => offset > from && offset < to));
}
