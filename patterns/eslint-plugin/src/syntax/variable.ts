import type { Scope, SourceCode } from 'eslint';
import { findVariable, getStaticValue } from '@eslint-community/eslint-utils';
import { type Node, type NodeOf } from './node.js';

/** The variable of an identifier; undefined for a global that nobody declared. */
export function variableOf(node: NodeOf<'Identifier'>, sourceCode: SourceCode): Scope.Variable | undefined {
  return findVariable(sourceCode.getScope(node), node) ?? undefined;
}

/** Whether the name means the global: nothing in the file declares it. */
export function isGlobal(node: NodeOf<'Identifier'>, sourceCode: SourceCode): boolean {
  return (variableOf(node, sourceCode)?.defs.length ?? 0) === 0;
}

/** What a variable that is written once was made of: `init` of `const name = init`. */
export function onlyValue(variable: Scope.Variable | undefined): Node | undefined {
  const definition = variable?.defs.length === 1 ? variable.defs[0] : undefined;
  if (definition?.type !== 'Variable' || definition.node.id.type !== 'Identifier') return undefined;
  const writes = variable?.references.filter((reference) => reference.isWrite()) ?? [];
  return writes.length === 1 ? (definition.node.init ?? undefined) : undefined;
}

/** A node's value where the source alone tells it, through constants too. */
export function staticValue(node: Node, sourceCode: SourceCode): { value: unknown } | undefined {
  return getStaticValue(node, sourceCode.getScope(node)) ?? undefined;
}

/** As `staticValue`, for text. */
export function staticText(node: Node, sourceCode: SourceCode): string | undefined {
  const found = staticValue(node, sourceCode)?.value;
  return typeof found === 'string' ? found : undefined;
}
