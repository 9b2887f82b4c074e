import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import type { Change } from '../codemod/change.js';
import { hasOwnScope } from './commonjs.js';
import { dynamicPlaceIn } from './dynamic.js';
import { isExported, valueUses } from './early-use.js';
import type { Module } from './parse.js';

/**
 * Removes the import of a name whose uses are all `gone`, and says whether it did. It stays where anything else could
 * use it, or where a comment stands in what would be removed. Loading the module must have no effect by itself.
 */
export function removeUnusedImport(
  module: Module,
  change: Change,
  variable: Variable,
  gone: ReadonlySet<TSESTree.Node>,
): boolean {
  if (!isUnused(module, variable, gone)) return false;
  const range = rangeOfImport(module, variable);
  if (
    !range ||
    joinsLines(module, range) ||
    module.comments.some(({ start, end }) => start < range[1] && end > range[0])
  )
    return false;
  change.remove(range);
  return true;
}

function isUnused(module: Module, variable: Variable, gone: ReadonlySet<TSESTree.Node>): boolean {
  if (variable.defs.length !== 1 || isExported(variable) || dynamicPlaceIn(module, module.program)) return false;
  if (variable.scope.type === 'global' && !module.esm && !hasOwnScope(module)) return false;
  const typed = variable.references.some(({ isValueReference }) => !isValueReference);
  return !typed && valueUses(variable).every(({ identifier }) => gone.has(identifier));
}

function rangeOfImport(module: Module, variable: Variable): readonly [number, number] | undefined {
  const [definition] = variable.defs;
  if (definition?.type === 'ImportBinding') {
    const { node } = definition;
    if (node.type === 'TSImportEqualsDeclaration') {
      return isLastOfModule(module) ? undefined : wholeLine(module, node);
    }
    const declaration = node.parent as TSESTree.ImportDeclaration;
    if (declaration.specifiers.length === 1) return isLastOfModule(module) ? undefined : wholeLine(module, declaration);
    return node.type === 'ImportSpecifier' && declaration.specifiers.every(({ type }) => type === 'ImportSpecifier')
      ? listItem(declaration.specifiers, node)
      : undefined;
  }
  if (definition?.type !== 'Variable') return undefined;
  const declarator = definition.node;
  if (declarator.id.type === 'ObjectPattern') {
    const property = declarator.id.properties.find(
      (each) => each.type === 'Property' && each.value === definition.name,
    );
    if (!property || declarator.id.properties.some(({ type }) => type === 'RestElement')) return undefined;
    if (declarator.id.properties.length > 1) return listItem(declarator.id.properties, property);
  } else if (declarator.id.type !== 'Identifier') {
    return undefined;
  }
  const declaration = declarator.parent;
  if (!/^(?:Program|BlockStatement)$/.test(declaration.parent.type)) return undefined;
  return declaration.declarations.length === 1
    ? wholeLine(module, declaration)
    : listItem(declaration.declarations, declarator);
}

/** Whether only one statement still says that the file is an ES module. */
const isLastOfModule = ({ path, program }: Module): boolean =>
  !/\.m[jt]s$/.test(path) &&
  program.body.filter(({ type }) => /^(?:Import|Export|TSImportEquals)/.test(type)).length < 2;

/** Whether a line without a semicolon would run into the next one. */
function joinsLines({ source }: Module, [start, end]: readonly [number, number]): boolean {
  const before = source.slice(0, start).trimEnd();
  const after = source.slice(end).trimStart();
  return /^[([`/+\-*.,]/.test(after) && before !== '' && !/[;{}]$/.test(before);
}

/** An item of a list with one comma. */
function listItem(items: readonly TSESTree.Node[], item: TSESTree.Node): readonly [number, number] {
  const index = items.indexOf(item);
  const next = items[index + 1];
  const previous = items[index - 1];
  if (next) return [item.range[0], next.range[0]];
  return [previous?.range[1] ?? item.range[0], item.range[1]];
}

/** A statement, and with it its line where nothing else is on it. */
function wholeLine({ source }: Module, { range: [start, end] }: TSESTree.Node): readonly [number, number] {
  const lineStart = Math.max(source.lastIndexOf('\n', start - 1), source.lastIndexOf('\r', start - 1)) + 1;
  const rest = /^[ \t]*(?:\r\n|\n|\r|$)/.exec(source.slice(end));
  if (!rest || source.slice(lineStart, start).trim() !== '') return [start, end];
  return [lineStart, end + rest[0].length];
}
