import type { TSESTree } from '@typescript-eslint/types';
import { hasOwnScope } from '../syntax/commonjs.js';
import { dynamicPlaceIn } from '../syntax/dynamic.js';
import { earlyUse, isExported, valueUses } from '../syntax/early-use.js';
import type { Module } from '../syntax/parse.js';
import { keyOf } from '../syntax/references.js';
import { walk } from '../syntax/walk.js';
import type { Method } from './methods.js';
import { isStrict, saysThis, sloppyPlace } from './strict.js';
import { type Objection, objectionOfUse } from './uses.js';

/** A constructor function with the methods that follow it. */
export interface Blueprint {
  readonly constructor: TSESTree.FunctionDeclaration;
  readonly name: string;
  readonly methods: readonly Method[];
  /** The block that the constructor is declared in. */
  readonly home: TSESTree.Node;
}

/** Why a constructor has to stay a function; nothing where a class behaves the same for all that the file shows. */
export function objectionTo(
  module: Module,
  blueprint: Blueprint,
  exported: 'decline' | 'trust',
): Objection | undefined {
  return (
    objectionOfPlace(module, blueprint) ??
    objectionOfName(module, blueprint, exported) ??
    objectionOfFile(module, blueprint) ??
    objectionOfBodies(module, blueprint)
  );
}

function objectionOfPlace(module: Module, { home, name, constructor, methods }: Blueprint): Objection | undefined {
  if (module.typescript) return ['typescript', `The fields of ${name} would need declarations with types.`];
  if (home.type !== 'Program' && !/Function/.test(home.parent.type)) {
    return ['in-block', `${name} is declared in a block, where a function is seen outside of it.`];
  }
  const [first] = methods;
  if (!first) return ['scattered-methods', `The methods of ${name} do not follow right after it.`];
  const keys = methods.map((method) => method.name);
  if (new Set(keys).size < keys.length || keys.includes('constructor') || keys.includes('__proto__')) {
    return ['duplicate-method', `${name} defines a method twice, or its constructor property.`];
  }
  for (const { func } of [{ func: constructor }, ...methods]) {
    const comment = module.comments.find(
      ({ start, end }) => start >= headOf(func).range[0] && end <= (func.params[0] ?? func.body).range[0],
    );
    if (comment) return ['comment-in-the-way', `A comment stands in the head of a function of ${name}.`];
  }
  return undefined;
}

/** The statement of a method, the function itself of a constructor. */
const headOf = (func: TSESTree.FunctionDeclaration | TSESTree.FunctionExpression): TSESTree.Node =>
  func.type === 'FunctionExpression' ? (func.parent.parent as TSESTree.Node) : func;

function objectionOfName(
  module: Module,
  { constructor, name, methods, home }: Blueprint,
  exported: 'decline' | 'trust',
): Objection | undefined {
  const variable = module.scopes.getDeclaredVariables(constructor).find((each) => each.name === name);
  if (!variable || variable.defs.length !== 1 || valueUses(variable).some((use) => use.isWrite())) {
    return ['reassigned', `${name} is declared or written to more than once.`];
  }
  if (variable.scope.block.type === 'Program' && !hasOwnScope(module)) {
    return ['maybe-script', `${name} is a property of the global object if this file is run as a script.`];
  }
  if (dynamicPlaceIn(module, module.program)) return ['dynamic-scope', `eval or with can reach ${name} by its name.`];
  if (isExported(variable) && exported === 'decline') {
    return ['exported', `${name} is exported: others may call it without new, or inherit from it by call.`];
  }
  const own = new Set<TSESTree.Node>(methods.map(({ owner }) => owner));
  for (const { identifier } of valueUses(variable)) {
    const objection = own.has(identifier)
      ? undefined
      : objectionOfUse(module, variable, identifier, constructor, exported);
    if (objection) return objection;
  }
  const end = methods.at(-1)?.statement.range[1] ?? constructor.range[1];
  const early = earlyUse(module, { variable, home, end, own });
  if (!early) return undefined;
  return [
    'used-before-definition',
    `${name} may be used before it is defined, at line ${module.lines.at(early.at.range[0]).line}.`,
  ];
}

/** What anything in the file could do to instances, whatever they are called there. */
function objectionOfFile(module: Module, { name, methods, constructor }: Blueprint): Objection | undefined {
  const names = new Set(methods.map((method) => method.name));
  const sloppy = !isStrict(module, constructor);
  const bound = new Set(methods.filter(({ func }) => saysThis(func)).map((method) => method.name));
  for (const node of walk(module.program)) {
    const at = () => `at line ${module.lines.at(node.range[0]).line}`;
    if (node.type === 'ForInStatement' && !isGuarded(node)) {
      return ['enumerated', `A loop, ${at()}, would no longer list the methods of ${name}.`];
    }
    if (node.type === 'CallExpression') {
      const { callee } = node;
      if (callee.type === 'ThisExpression' || (callee.type === 'MemberExpression' && keyOf(callee) === 'constructor')) {
        return [
          'called-without-new',
          `A call of "${module.source.slice(...callee.range)}", ${at()}, may mean ${name}.`,
        ];
      }
    }
    if (node.type !== 'MemberExpression') continue;
    const key = keyOf(node);
    if (key === undefined || !names.has(key)) continue;
    const { parent } = node;
    if (parent.type === 'NewExpression' && parent.callee === node) {
      return ['method-as-constructor', `${key} is used as a constructor, ${at()}.`];
    }
    const isCalled = parent.type === 'CallExpression' && parent.callee === node;
    const isDefined = parent.type === 'AssignmentExpression' && parent.left === node;
    if (sloppy && bound.has(key) && !isCalled && !isDefined) {
      return ['sloppy-this', `${key} may be called without its object, ${at()}, where "this" would be undefined.`];
    }
  }
  return undefined;
}

/** `for (k in o) if (o.hasOwnProperty(k)) …` and the same in braces see no prototype. */
function isGuarded({ body }: TSESTree.ForInStatement): boolean {
  const [first, more] = body.type === 'BlockStatement' ? body.body : [body];
  if (first?.type !== 'IfStatement') return false;
  const isExit = first.test.type === 'UnaryExpression' && first.consequent.type !== 'IfStatement';
  if (!isExit && (more || first.alternate)) return false;
  const test = first.test.type === 'UnaryExpression' && first.test.operator === '!' ? first.test.argument : first.test;
  if (isExit !== (test !== first.test)) return false;
  if (isExit && !/continue/i.test(first.consequent.type) && !isContinueBlock(first.consequent)) return false;
  if (test.type !== 'CallExpression') return false;
  const callee = test.callee;
  if (callee.type !== 'MemberExpression') return false;
  const key = keyOf(callee);
  if (key === 'hasOwnProperty' || key === 'hasOwn') return true;
  return key === 'call' && callee.object.type === 'MemberExpression' && keyOf(callee.object) === 'hasOwnProperty';
}

const isContinueBlock = (node: TSESTree.Node): boolean =>
  node.type === 'BlockStatement' && node.body.length === 1 && node.body[0]?.type === 'ContinueStatement';

function objectionOfBodies(module: Module, { constructor, name, methods }: Blueprint): Objection | undefined {
  for (const { func } of [{ func: constructor }, ...methods]) {
    const self = func.type === 'FunctionExpression' && func.id;
    if (self) {
      const variable = module.scopes.getDeclaredVariables(func).find((each) => each.identifiers.includes(self));
      if (variable && variable.references.length > 0) {
        return ['self-name', `A method of ${name} calls itself "${self.name}".`];
      }
    }
    if (isStrict(module, func)) continue;
    const place = sloppyPlace(module, func);
    if (place) {
      const { line } = module.lines.at(place.range[0]);
      return ['sloppy-code', `${name} does, at line ${line}, what is different in a class, which is strict.`];
    }
  }
  return undefined;
}
