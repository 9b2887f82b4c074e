import type { TSESTree } from '@typescript-eslint/types';
import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import { Change } from '../codemod/change.js';
import type { Codemod } from '../codemod/codemod.js';
import { readOptions } from '../codemod/options.js';
import { isMember, memberOfVariable } from '../syntax/loads.js';
import { type Module, parseModule } from '../syntax/parse.js';
import { piecesOf } from '../syntax/pieces.js';
import { keyOf, meaningOf, variableOf } from '../syntax/references.js';
import { walk } from '../syntax/walk.js';
import { compare, type Comparison, type Reading, readingOf } from '../urls/legacy-reads.js';

/**
 * `url.parse(x)` to `new URL(x)`, where x is written down as far as needed. The codemod parses it both ways itself, and
 * changes the call only if every property that is read has the same value.
 *
 * Declines: `not-absolute`, `parsed-query`, `used-whole`, `no-equal`, `null-or-empty`, `shadowed`.
 */
export const codemod: Codemod = {
  id: 'url-parse-to-whatwg',
  prefilter: ["'url'", '"url"', '`url`', 'node:url'],
  transform(file, options = {}) {
    readOptions('url-parse-to-whatwg', options, {});
    const module = parseModule(file);
    const change = new Change(module);
    if (!file.source.includes('parse')) return change.result();
    for (const node of walk(module.program)) {
      if (node.type === 'CallExpression' && isMember(module, node.callee, 'url', 'parse'))
        modernise(module, node, change);
    }
    return change.result();
  },
};

export default asJscodeshift(codemod);

type Refusal = readonly [place: TSESTree.Node, reason: string, message: string];

/** One place where a property of the result is read. */
interface Read {
  readonly node: TSESTree.MemberExpression | TSESTree.Property;
  readonly property: string;
}

function modernise(module: Module, call: TSESTree.CallExpression, change: Change): void {
  const plan = planFor(module, call);
  if (isRefusal(plan)) {
    change.decline(...plan);
    return;
  }
  change.replace(call.callee, plan.constructor);
  const [first, last] = [call.arguments[0], call.arguments.at(-1)];
  if (first && last && first !== last) change.remove([first.range[1], last.range[1]]);
  for (const [{ node }, reading] of plan.reads) {
    if ((reading === 'path' || reading === 'query') && node.type === 'MemberExpression') {
      rewrite(module, node, reading, change);
    }
  }
}

interface Plan {
  readonly constructor: string;
  readonly reads: readonly (readonly [Read, Reading])[];
}

function planFor(module: Module, call: TSESTree.CallExpression): Plan | Refusal {
  const comparison = inputOf(module, call);
  if (isRefusal(comparison)) return comparison;
  const found = readsOf(module, call);
  if (isRefusal(found)) return found;
  const reads = found.map((read) => [read, readingOf(comparison, read.property)] as const);
  const refusal = reads.map(([read, reading]) => refuse(read, reading)).find((each) => each !== undefined);
  if (refusal) return refusal;
  const constructor = constructorFor(module, call);
  if (constructor === undefined) return [call, 'shadowed', 'URL is not the global of that name here.'];
  return { constructor, reads };
}

const isRefusal = (value: unknown): value is Refusal => Array.isArray(value) && typeof value[1] === 'string';

function inputOf(module: Module, call: TSESTree.CallExpression): Comparison | Refusal {
  const [input, parseQuery, slashes] = call.arguments;
  if (!input || input.type === 'SpreadElement' || call.optional) {
    return [call, 'not-absolute', 'The input is not certain to be an absolute URL.'];
  }
  if (parseQuery && !(parseQuery.type === 'Literal' && !parseQuery.value)) {
    return [parseQuery, 'parsed-query', 'A parsed query has no equal: URLSearchParams keeps repeated names apart.'];
  }
  if (slashes && slashes.type !== 'Literal') {
    return [slashes, 'not-absolute', 'What the third argument does cannot be seen.'];
  }
  const pieces = piecesOf(module, input);
  const [text] = pieces ?? [];
  const compared = typeof text === 'string' ? compare(text, (pieces?.length ?? 0) > 1) : undefined;
  return compared ?? [input, 'not-absolute', 'The input is not certain to be an absolute URL.'];
}

/** All properties that are read of what a call gives, as long as nobody sees the object as a whole. */
function readsOf(module: Module, call: TSESTree.CallExpression): Read[] | Refusal {
  const whole = (node: TSESTree.Node): Refusal => [node, 'used-whole', 'The parsed URL is used as a whole here.'];
  const { parent } = call;
  if (parent.type === 'MemberExpression' && parent.object === call) {
    const read = readOf(parent);
    return read ? [read] : whole(call);
  }
  if (parent.type !== 'VariableDeclarator' || parent.parent.parent.type === 'ExportNamedDeclaration')
    return whole(call);
  const { id } = parent;
  if (id.type === 'ObjectPattern') {
    const reads = id.typeAnnotation ? [] : id.properties.map(readOfPattern);
    return reads.length > 0 && reads.every((read) => read !== undefined) ? reads : whole(id);
  }
  const variable = module.scopes.getDeclaredVariables(parent)[0];
  if (id.type !== 'Identifier' || id.typeAnnotation || variable?.defs.length !== 1) return whole(id);
  const reads: Read[] = [];
  for (const reference of variable.references) {
    if (reference.init) continue;
    const { identifier } = reference;
    const use = identifier.parent;
    const read = use.type === 'MemberExpression' && use.object === identifier ? readOf(use) : undefined;
    if (!read || reference.isWrite() || variableOf(module, identifier) !== variable) return whole(identifier);
    reads.push(read);
  }
  return reads;
}

function readOf(node: TSESTree.MemberExpression): Read | undefined {
  const property = keyOf(node);
  const { parent } = node;
  const written =
    (parent.type === 'AssignmentExpression' && parent.left === node) ||
    parent.type === 'UpdateExpression' ||
    (parent.type === 'UnaryExpression' && parent.operator === 'delete') ||
    (parent.type === 'CallExpression' && parent.callee === node) ||
    /Pattern$|^RestElement$|^For(?:In|Of)Statement$/.test(parent.type) ||
    (parent.type === 'Property' && parent.parent.type === 'ObjectPattern');
  return property === undefined || written ? undefined : { node, property };
}

function readOfPattern(node: TSESTree.Property | TSESTree.RestElement): Read | undefined {
  const property = node.type === 'Property' ? keyOf(node) : undefined;
  return node.type === 'Property' && property !== undefined ? { node, property } : undefined;
}

function refuse({ node, property }: Read, reading: Reading): Refusal | undefined {
  if (reading === 'path' && node.type === 'MemberExpression' && node.object.type !== 'Identifier') {
    return [node, 'no-equal', 'The path is put together from two properties of a URL, which has no name here.'];
  }
  if (reading === undefined) return [node, 'no-equal', `What .${property} gives here has no equal in a URL.`];
  if (reading === 'same' || node.type !== 'Property') {
    if (reading !== 'same-if-truthy' || (node.type !== 'Property' && isOnlyTested(node))) return undefined;
    return [node, 'null-or-empty', `.${property} is null here; in a URL it is an empty text.`];
  }
  return [node, 'no-equal', `What ${property} gives here cannot be taken out of a URL by a pattern.`];
}

/** Whether it makes no difference to a use that a value is `''` and not `null`. */
function isOnlyTested(node: TSESTree.Node): boolean {
  const { parent } = node;
  switch (parent?.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
      return parent.test === node;
    case 'UnaryExpression':
      return parent.operator === '!';
    case 'LogicalExpression':
      return (parent.operator === '||' && parent.left === node) || (parent.operator !== '??' && isOnlyTested(parent));
    default:
      return false;
  }
}

/** The module's own name where it has one, so that none is left unused; else the global. */
function constructorFor(module: Module, { callee }: TSESTree.CallExpression): string | undefined {
  if (callee.type === 'MemberExpression' && callee.object.type === 'Identifier') return `new ${callee.object.name}.URL`;
  const meaning = meaningOf(module, callee, 'URL');
  if (meaning === 'global') return 'new URL';
  const member = meaning && memberOfVariable(module, meaning);
  return member?.module === 'url' && member.path.join('.') === 'URL' ? 'new URL' : undefined;
}

function rewrite(module: Module, node: TSESTree.MemberExpression, reading: 'path' | 'query', change: Change): void {
  const owner = module.source.slice(...node.object.range);
  if (reading === 'query') {
    change.replace([node.object.range[1], node.range[1]], '.search.slice(1)', 0);
    return;
  }
  const sum = `${owner}.pathname + ${owner}.search`;
  change.replace(node, standsAlone(node) ? sum : `(${sum})`, 0);
}

/** Whether nothing around a value could bind tighter than a sum. */
function standsAlone(node: TSESTree.Node): boolean {
  const { parent } = node;
  if (parent?.type === 'Property') return parent.value === node;
  if (parent?.type === 'VariableDeclarator') return parent.init === node;
  if (parent?.type === 'AssignmentExpression') return parent.right === node;
  return parent?.type === 'CallExpression' && parent.callee !== node;
}
