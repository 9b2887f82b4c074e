import type { Rule, SourceCode } from 'eslint';
import type { NodeOf } from '../syntax/node.js';

type ImportSpecifier = NodeOf<'ImportSpecifier'>;

/**
 * How a file can come to have another member of a module that it imports by name.
 *
 * @returns the edits (none if it is imported already) and its local name; undefined when there is no safe way
 */
export function importBeside(
  beside: ImportSpecifier,
  member: string,
  sourceCode: SourceCode,
): { readonly name: string; edits(fixer: Rule.RuleFixer): Rule.Fix[] } | undefined {
  const siblings = declarationOf(beside, sourceCode)?.specifiers ?? [];
  const existing = siblings.find(
    (specifier): specifier is ImportSpecifier =>
      specifier.type === 'ImportSpecifier' &&
      specifier.imported.type === 'Identifier' &&
      specifier.imported.name === member,
  );
  if (existing !== undefined) return { name: existing.local.name, edits: () => [] };
  const isTaken = sourceCode.scopeManager.scopes.some((scope) => scope.set.has(member) && scope.type !== 'global');
  if (isTaken) return undefined;
  return { name: member, edits: (fixer) => [fixer.insertTextAfter(beside, `, ${member}`)] };
}

function declarationOf(specifier: ImportSpecifier, sourceCode: SourceCode): NodeOf<'ImportDeclaration'> | undefined {
  return sourceCode.ast.body.find(
    (statement): statement is NodeOf<'ImportDeclaration'> =>
      statement.type === 'ImportDeclaration' && statement.specifiers.includes(specifier),
  );
}
