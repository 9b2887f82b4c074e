import type { TSESTree } from '@typescript-eslint/types';
import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import { Change } from '../codemod/change.js';
import type { Codemod } from '../codemod/codemod.js';
import { readOptions } from '../codemod/options.js';
import { writeClass } from '../constructors/as-class.js';
import { type Method, methodOf, ownerOfPrototype } from '../constructors/methods.js';
import { type Blueprint, objectionTo } from '../constructors/objection.js';
import { trustExports } from '../syntax/exported.js';
import { rootOf } from '../syntax/flow.js';
import { type Module, parseModule } from '../syntax/parse.js';
import { keyOf, variableOf } from '../syntax/references.js';
import { walk } from '../syntax/walk.js';

/**
 * A constructor function and the methods that follow it on its prototype to a class. A class cannot be called without
 * `new`, is not there before its definition, is strict, and does not list its methods: where the file does not show
 * that nobody notices, the function stays. `exported: "trust"` says that users of an exported constructor only make
 * instances of it and call their methods.
 *
 * Declines: `no-declaration`, `typescript`, `in-block`, `scattered-methods`, `duplicate-method`, `comment-in-the-way`, `reassigned`,
 * `maybe-script`, `dynamic-scope`, `exported`, `handed-on`, `called-without-new`, `reflection`, `prototype-replaced`,
 * `prototype-used`, `method-as-constructor`, `used-before-definition`, `enumerated`, `sloppy-this`, `self-name`,
 * `sloppy-code`.
 */
export const codemod: Codemod = {
  id: 'prototype-to-class',
  prefilter: ['prototype'],
  transform(file, options = {}) {
    const { exported } = readOptions(this.id, options, { exported: trustExports });
    const module = parseModule(file);
    const change = new Change(module);
    for (const blueprint of blueprintsIn(module)) {
      const objection = objectionTo(module, blueprint, exported);
      if (objection) change.decline(blueprint.constructor, ...objection);
      else writeClass(module, change, blueprint);
    }
    for (const owner of otherOwnersIn(module)) {
      change.decline(owner, 'no-declaration', 'Only a constructor that is a function declaration becomes a class.');
    }
    return change.result();
  },
};

export default asJscodeshift(codemod);

/** Other constructors with methods: function expressions, and those that lie in an object. */
function* otherOwnersIn(module: Module): Generator<TSESTree.Node> {
  const seen = new Set<string>();
  for (const node of walk(module.program)) {
    if (node.type !== 'MemberExpression' || keyOf(node) !== 'prototype') continue;
    const { parent } = node;
    if (parent.type !== 'MemberExpression' || parent.object !== node || !isGivenFunction(parent)) continue;
    const text = module.source.slice(...node.object.range);
    const variable = variableOf(module, rootOf(node.object));
    const [definition] = variable?.defs ?? [];
    if (definition?.type !== 'Variable' || seen.has(text)) continue;
    seen.add(text);
    yield node;
  }
}

const isGivenFunction = ({ parent, range }: TSESTree.MemberExpression): boolean =>
  parent.type === 'AssignmentExpression' &&
  parent.left.range[0] === range[0] &&
  parent.right.type === 'FunctionExpression';

/** The functions with a prototype that somebody cares for. */
function* blueprintsIn(module: Module): Generator<Blueprint> {
  const owners = new Set<TSESTree.Node>();
  for (const node of walk(module.program)) {
    const owner = ownerOfPrototype(node);
    const [definition] = (owner && variableOf(module, owner)?.defs) ?? [];
    if (definition?.type === 'FunctionName') owners.add(definition.node);
  }
  for (const node of owners) {
    if (node.type !== 'FunctionDeclaration' || node.async || node.generator) continue;
    const statement: TSESTree.Node = node.parent.type.startsWith('Export') ? node.parent : node;
    const home = statement.parent;
    if (!home || node.id === null) continue;
    const { name } = node.id;
    const following = 'body' in home && Array.isArray(home.body) ? home.body : [];
    yield { constructor: node, name, home, methods: methodsAfter(following, statement, name) };
  }
}

function methodsAfter(body: readonly TSESTree.Node[], constructor: TSESTree.Node, name: string): Method[] {
  const methods: Method[] = [];
  for (const statement of body.slice(body.indexOf(constructor) + 1)) {
    const method = methodOf(statement, name);
    if (!method) break;
    methods.push(method);
  }
  return methods;
}
