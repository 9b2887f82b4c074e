import type { SourceCode } from 'eslint';
import { isFunction, parentOf, type FunctionNode, type Node, type NodeOf } from './node.js';
import { variableOf } from './variable.js';

/**
 * What a parameter is given, call by call, when the file shows every call of its function.
 *
 * @returns undefined for what is no plain parameter, and for functions that others may call or that are passed on
 */
export function argumentsFor(identifier: NodeOf<'Identifier'>, sourceCode: SourceCode): readonly Node[] | undefined {
  const definition = variableOf(identifier, sourceCode)?.defs[0];
  const owner = definition?.type === 'Parameter' ? (definition.node as Node) : undefined;
  if (definition === undefined || !isFunction(owner)) return undefined;
  const index = owner.params.indexOf(definition.name);
  const calls = index < 0 ? undefined : callsOf(owner, sourceCode);
  const given = calls?.map(({ arguments: all }) => all[index]);
  return given?.every((argument) => argument !== undefined && argument.type !== 'SpreadElement') === true
    ? given
    : undefined;
}

/** All calls of a function that this file alone can name; undefined when it is exported, or used otherwise than called. */
function callsOf(owner: FunctionNode, sourceCode: SourceCode): readonly NodeOf<'CallExpression'>[] | undefined {
  const parent = parentOf(owner);
  const holder =
    owner.type === 'FunctionDeclaration' ? owner : parent?.type === 'VariableDeclarator' ? parent : undefined;
  const name = holder?.id;
  if (holder === undefined || name?.type !== 'Identifier') return undefined;
  const statement = holder === owner ? owner : parentOf(holder);
  if (statement === undefined || parentOf(statement)?.type.startsWith('Export') !== false) return undefined;
  const variable = sourceCode.getDeclaredVariables(holder).find((each) => each.name === name.name);
  const calls: NodeOf<'CallExpression'>[] = [];
  for (const { identifier, init } of variable?.references ?? []) {
    if (init === true) continue;
    const call = parentOf(identifier as Node);
    if (call?.type !== 'CallExpression' || call.callee !== identifier) return undefined;
    calls.push(call);
  }
  return calls.length === 0 ? undefined : calls;
}
