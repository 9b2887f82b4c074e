import type { TSESTree } from '@typescript-eslint/types';
import type { Module } from '../syntax/parse.js';
import { isRequire, loadsOf } from '../syntax/loads.js';
import { initOf, isGlobal, keyOf, literalText, unwrap, variableOf } from '../syntax/references.js';
import { walk } from '../syntax/walk.js';
import { builtins } from './builtins.js';

/** A string or a property key that names a builtin, other than where it is loaded. */
export interface MockName {
  readonly node: TSESTree.Node;
  readonly name: string;
}

/** What replaces modules by name. A file with none of these in it mocks nothing. */
const signs = new RegExp(
  [
    /proxyquire|sandboxed-module|mockery|rewiremock|mock-require|mockRequire|testdouble|quibble|esmock|inject-loader/,
    /\btd\.replace|\b(?:jest|vi)\s*\.\s*\w*(?:[mM]ock|Actual)|\.\s*(?:doMock|unmock|setMock|mock)\s*\(|\bmock\.module\b/,
    /\b_load\b|_resolveFilename|prototype\.require\b|require\.(?:cache|extensions)\b|\bpirates\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

/** Whether a text may replace modules by their names. */
export const mayMock = (source: string): boolean => signs.test(source);

/**
 * Every place in a file that could name a builtin for a mock: strings, property keys, and assignments to properties.
 * Deliberately too many: names reach a mocking tool through variables and functions.
 */
export function possibleMockNames(module: Module): MockName[] {
  const loaded = new Set(loadsOf(module).map(({ specifier }) => specifier));
  const names: MockName[] = [];
  for (const node of walk(module.program)) {
    const named = namedBy(node);
    if (named === undefined || loaded.has(node)) continue;
    const name = named.replace(/^node:/, '');
    if (builtins.has(name)) names.push({ node, name });
  }
  return names;
}

function namedBy(node: TSESTree.Node): string | undefined {
  const { parent } = node;
  if (parent?.type === 'Property' && parent.parent.type === 'ObjectExpression' && parent.key === node) {
    return keyOf(parent);
  }
  if (node.type === 'MemberExpression' && parent?.type === 'AssignmentExpression' && parent.left === node) {
    return keyOf(node);
  }
  return literalText(node);
}

/** Tools that replace a module for what the project itself loads, by the method that takes the name. */
const byFirstArgument: Readonly<Record<string, ReadonlySet<string>>> = {
  jest: methods(
    'mock doMock unmock dontMock deepUnmock setMock requireActual requireMock createMockFromModule genMockFromModule ' +
      'unstable_mockModule unstable_unmockModule',
  ),
  vi: methods('mock doMock unmock doUnmock importActual importMock'),
  testdouble: methods('replace replaceCjs replaceEsm'),
  quibble: methods('quibble esm'),
  test: methods('module'),
};
const byKeys: Readonly<Record<string, ReadonlySet<string>>> = {
  proxyquire: methods('proxyquire load'),
  esmock: methods('esmock strict p px'),
  'sandboxed-module': methods('require load'),
};

function methods(names: string): ReadonlySet<string> {
  return new Set(names.split(' '));
}

/**
 * The names of builtins that a file hands to a mocking tool where that is plain to see, so that they can be renamed
 * together with what the project loads. Tools that reach into dependencies (mockery, mock-require) are not among them.
 */
export function plainMockNames(module: Module): MockName[] {
  const names: MockName[] = [];
  for (const node of walk(module.program)) {
    if (node.type !== 'CallExpression' || isRequire(module, node.callee)) continue;
    const tool = toolOf(module, node.callee);
    if (tool === undefined) continue;
    const method = node.callee.type === 'MemberExpression' ? (keyOf(node.callee) ?? '') : tool;
    const [first, ...rest] = node.arguments;
    if (first && Object.hasOwn(byFirstArgument, tool) && byFirstArgument[tool]?.has(method)) {
      const name = literalText(first);
      if (name !== undefined && builtins.has(name)) names.push({ node: first, name });
    } else if (Object.hasOwn(byKeys, tool) && byKeys[tool]?.has(method)) {
      for (const stubs of rest) names.push(...keysOf(module, tool === 'sandboxed-module' ? requiresOf(stubs) : stubs));
    }
  }
  return names;
}

/** The tool that a chain of calls and properties begins with: `require('proxyquire').noCallThru().load` is proxyquire. */
function toolOf(module: Module, chain: TSESTree.Node): string | undefined {
  let node = unwrap(chain);
  for (;;) {
    if (node.type === 'MemberExpression') node = unwrap(node.object);
    else if (node.type === 'CallExpression' && !isRequire(module, node.callee)) node = unwrap(node.callee);
    else break;
  }
  if (node.type === 'CallExpression') {
    const [name] = node.arguments;
    return name && toolNamed(literalText(name));
  }
  if (node.type !== 'Identifier') return undefined;
  if (node.name === 'jest' || node.name === 'vi') {
    if (isGlobal(module, node, node.name)) return node.name;
  }
  const variable = variableOf(module, node);
  const [definition] = variable?.defs ?? [];
  if (!variable || !definition) return undefined;
  if (definition.type === 'ImportBinding') {
    const { parent } = definition.node;
    return parent.type === 'ImportDeclaration' ? toolNamed(parent.source.value) : undefined;
  }
  const init = initOf(variable)?.init;
  return init && init.range[1] < node.range[0] ? toolOf(module, init) : undefined;
}

function toolNamed(name: string | undefined): string | undefined {
  if (name === '@jest/globals') return 'jest';
  if (name === 'vitest') return 'vi';
  return name === 'td' ? 'testdouble' : name?.replace(/^node:/, '');
}

function requiresOf(options: TSESTree.Node): TSESTree.Node {
  if (options.type !== 'ObjectExpression') return options;
  const requires = options.properties.find((each) => each.type === 'Property' && keyOf(each) === 'requires');
  return requires?.type === 'Property' ? requires.value : options;
}

function keysOf(module: Module, stubs: TSESTree.Node): MockName[] {
  if (stubs.type !== 'ObjectExpression') return [];
  return stubs.properties.flatMap((property) => {
    const name = property.type === 'Property' && !property.computed ? keyOf(property) : undefined;
    return property.type === 'Property' && name !== undefined && builtins.has(name)
      ? [{ node: property.key, name }]
      : [];
  });
}
