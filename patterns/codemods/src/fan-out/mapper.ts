import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from '../syntax/parse.js';
import { initOf, keyOf, variableOf } from '../syntax/references.js';
import { childrenOf } from '../syntax/walk.js';
import type { Refusal } from './collection.js';

type Function = TSESTree.ArrowFunctionExpression | TSESTree.FunctionExpression | TSESTree.FunctionDeclaration;

/**
 * Whether a mapper does the same if it is called with an element and its index alone, and begins a little later.
 * `rejects` is whether a throw beside the mapper's call is a rejection anyway.
 */
export function refuseMapper(
  module: Module,
  mapper: TSESTree.CallExpressionArgument,
  rejects: boolean,
): Refusal | undefined {
  const code = functionOf(module, mapper);
  if (!code) return { at: mapper, reason: 'unknown-mapper', message: 'The code of the mapper is not in this file.' };
  if (!code.async && !(rejects && code.body.type === 'CallExpression')) {
    return { at: mapper, reason: 'not-async', message: 'This mapper may throw at once, or start nothing.' };
  }
  if (
    code.generator ||
    code.params.length > 2 ||
    code.params.some(({ type }) => type === 'RestElement' || type === 'TSParameterProperty')
  ) {
    return { at: mapper, reason: 'third-parameter', message: 'The mapper wants more than an element and its index.' };
  }
  const own = code.type === 'ArrowFunctionExpression' ? undefined : ownUse(code.body);
  if (own) return { at: own, reason: 'third-parameter', message: 'The mapper sees its arguments or its this.' };
  const [element] = code.params;
  const awaited = element?.type === 'Identifier' ? thenOf(module, element) : undefined;
  return (
    awaited && {
      at: awaited,
      reason: 'elements-are-promises',
      message: 'A bounded map awaits its elements before it maps them.',
    }
  );
}

function functionOf(module: Module, node: TSESTree.Node): Function | undefined {
  if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression') return node;
  const variable = variableOf(module, node);
  const [definition] = variable?.defs ?? [];
  if (!variable || variable.defs.length !== 1) return undefined;
  if (definition?.type === 'FunctionName' && definition.node.type === 'FunctionDeclaration') {
    return variable.references.some((each) => each.isWrite()) ? undefined : definition.node;
  }
  const init = initOf(variable)?.init;
  return init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression' ? init : undefined;
}

/** `this` or `arguments` of this function itself. */
function ownUse(node: TSESTree.Node): TSESTree.Node | undefined {
  if (node.type === 'ThisExpression' || (node.type === 'Identifier' && node.name === 'arguments')) return node;
  if (node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration') return undefined;
  for (const child of childrenOf(node)) {
    const found = ownUse(child);
    if (found) return found;
  }
  return undefined;
}

/** A use of an element as a promise. */
function thenOf(module: Module, element: TSESTree.Identifier): TSESTree.Node | undefined {
  const variable = module.scopes.getDeclaredVariables(element.parent).find(({ name }) => name === element.name);
  return variable?.references.find(({ identifier: { parent }, identifier }) => {
    if (parent.type === 'AwaitExpression') return true;
    if (parent.type !== 'MemberExpression' || parent.object !== identifier) return false;
    return /^(?:then|catch|finally)$/.test(keyOf(parent) ?? '');
  })?.identifier;
}
