import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from './parse.js';
import { initOf, isGlobal, keyOf, literalText, unwrap, variableOf } from './references.js';
import { walk } from './walk.js';

/** A string in a file that names the module to load there. */
export interface Load {
  readonly specifier: TSESTree.Node;
  readonly name: string;
}

/** All places of a file that load a module by a name which is written there. */
export function loadsOf(module: Module): Load[] {
  const loads: Load[] = [];
  for (const node of walk(module.program)) {
    const specifier = specifierOf(module, node);
    const name = specifier && literalText(specifier);
    if (specifier && name !== undefined) loads.push({ specifier, name });
  }
  return loads;
}

function specifierOf(module: Module, node: TSESTree.Node): TSESTree.Node | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
      return node.source ?? undefined;
    case 'TSImportType':
      return node.source;
    case 'TSExternalModuleReference':
      return node.expression;
    case 'CallExpression':
      return isLoader(module, node.callee) ? node.arguments[0] : undefined;
    default:
      return undefined;
  }
}

/** Whether a callee is Node's `require` or `require.resolve`. */
function isLoader(module: Module, callee: TSESTree.Node): boolean {
  if (callee.type === 'MemberExpression') return keyOf(callee) === 'resolve' && isRequire(module, callee.object);
  return isRequire(module, callee);
}

/** Whether a node is Node's `require`, the file's own or one that `createRequire` made. */
export function isRequire(module: Module, node: TSESTree.Node): boolean {
  if (node.type !== 'Identifier') return false;
  if (isGlobal(module, node, 'require')) return true;
  const variable = variableOf(module, node);
  const init = variable && initOf(variable)?.init;
  if (init?.type !== 'CallExpression') return false;
  const { callee } = init;
  if (callee.type === 'MemberExpression') return keyOf(callee) === 'createRequire';
  return callee.type === 'Identifier' && callee.name === 'createRequire';
}

/** A module, or what lies in it: `fs.promises.readFile` is `fs` and `['promises', 'readFile']`. */
export interface Member {
  /** Without `node:`. */
  readonly module: string;
  readonly path: readonly string[];
}

/**
 * What an expression stands for, if it is a module or lies in one, and its name is never given another value. A
 * default import of a builtin is the module itself.
 */
export function memberOf(module: Module, expression: TSESTree.Node): Member | undefined {
  const node = unwrap(expression);
  switch (node.type) {
    case 'CallExpression': {
      const [name] = node.arguments;
      const text = isRequire(module, node.callee) && name ? literalText(name) : undefined;
      return text === undefined ? undefined : memberNamed(text);
    }
    case 'AwaitExpression': {
      const text = node.argument.type === 'ImportExpression' ? literalText(node.argument.source) : undefined;
      return text === undefined ? undefined : memberNamed(text);
    }
    case 'MemberExpression': {
      const key = keyOf(node);
      const owner = key === undefined ? undefined : memberOf(module, node.object);
      return owner && key !== undefined ? within(owner, key) : undefined;
    }
    case 'Identifier':
      return memberOfName(module, node);
    default:
      return undefined;
  }
}

function memberOfName(module: Module, node: TSESTree.Identifier): Member | undefined {
  const variable = variableOf(module, node);
  return variable && memberOfVariable(module, variable);
}

/** What a declared name stands for. */
export function memberOfVariable(module: Module, variable: Variable): Member | undefined {
  const [definition] = variable.defs;
  if (variable.defs.length !== 1 || !definition) return undefined;
  if (definition.type === 'ImportBinding') return imported(definition.node);
  const value = initOf(variable);
  // A name that is given itself would be looked up for ever.
  if (!value || variable.references.some(({ identifier }) => !isOutside(identifier, value.init))) return undefined;
  if (value.id.type === 'Identifier') return memberOf(module, value.init);
  if (value.id.type !== 'ObjectPattern') return undefined;
  const property = value.id.properties.find((each) => each.type === 'Property' && each.value === definition.name);
  const key = property?.type === 'Property' ? keyOf(property) : undefined;
  const owner = key === undefined ? undefined : memberOf(module, value.init);
  return owner && key !== undefined ? within(owner, key) : undefined;
}

const isOutside = (inner: TSESTree.Node, { range }: TSESTree.Node) =>
  inner.range[1] <= range[0] || inner.range[0] >= range[1];

function imported(node: TSESTree.Node): Member | undefined {
  if (node.type === 'TSImportEqualsDeclaration') {
    const reference = node.moduleReference;
    const text = reference.type === 'TSExternalModuleReference' ? literalText(reference.expression) : undefined;
    return text === undefined ? undefined : memberNamed(text);
  }
  if (node.parent?.type !== 'ImportDeclaration') return undefined;
  const owner = memberNamed(node.parent.source.value);
  if (node.type !== 'ImportSpecifier') return owner;
  return within(owner, node.imported.type === 'Identifier' ? node.imported.name : node.imported.value);
}

const memberNamed = (name: string): Member => ({ module: name.replace(/^node:/, ''), path: [] });

const within = (owner: Member, key: string): Member =>
  key === 'default' && owner.path.length === 0 ? owner : { ...owner, path: [...owner.path, key] };

/** Whether an expression is exactly this member of this module. */
export function isMember(module: Module, node: TSESTree.Node, name: string, ...path: readonly string[]): boolean {
  const member = memberOf(module, node);
  return (
    member?.module === name && member.path.length === path.length && path.every((key, i) => member.path[i] === key)
  );
}
