import type { TSESTree } from '@typescript-eslint/types';
import { hasOwnScope } from '../syntax/commonjs.js';
import { isExported } from '../syntax/early-use.js';
import { isMember } from '../syntax/loads.js';
import type { Module } from '../syntax/parse.js';
import { variableOf } from '../syntax/references.js';

/**
 * The first place where a constructor leaves the file, or becomes something else: it is exported, handed on, inherited
 * from or written to. Making an instance, testing for one, calling it on `this` and touching its own members do not.
 */
export function escapeOf(module: Module, name: TSESTree.Identifier): TSESTree.Node | undefined {
  const variable = variableOf(module, name);
  const [definition] = variable?.defs ?? [];
  if (!variable || variable.defs.length !== 1 || !definition) return name;
  if (variable.scope.type === 'global' && !hasOwnScope(module)) return name;
  if (definition.type !== 'FunctionName' && definition.type !== 'ClassName' && definition.type !== 'Variable')
    return name;
  if (isExported(variable)) return name;
  if (definition.type === 'Variable') {
    const { init, id } = definition.node;
    if (id.type !== 'Identifier' || !init || !/^(?:Function|Class)Expression$/.test(init.type)) return name;
  }
  return variable.references.find((reference) => {
    if (reference.isWrite()) return !reference.init;
    return !staysHere(module, reference.identifier);
  })?.identifier;
}

function staysHere(module: Module, node: TSESTree.Node): boolean {
  const { parent } = node;
  switch (parent?.type) {
    case 'NewExpression':
      return parent.callee === node;
    case 'BinaryExpression':
      return parent.operator === 'instanceof' && parent.right === node;
    case 'MemberExpression':
      return parent.object === node && !parent.computed;
    case 'CallExpression':
      return parent.arguments[0] === node && isMember(module, parent.callee, 'util', 'inherits');
    default:
      return false;
  }
}
