import type { SourceCode } from 'eslint';
import { argumentsFor } from '../syntax/argument.js';
import { keyName, lastName } from '../syntax/name.js';
import { isFunction, parentOf, type Node, type NodeOf } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';
import { onlyValue, staticValue, variableOf } from '../syntax/variable.js';
import { containsHere } from '../syntax/walk.js';

const boundedName = /(?:chunk|batch|page|slice|window|group|bucket)s?$/iu;
const constantName = /^[A-Z][A-Z\d]+(?:_[A-Z\d]+)*$/u;
const noLonger = new Set(
  'filter map sort toSorted reverse toReversed fill values entries concat slice splice'.split(' '),
);

/** Whether the source shows that the array is short: a literal, a slice, a batch, the keys of a literal. */
export function isBounded(array: Node, sourceCode: SourceCode, depth = 0): boolean {
  if (depth > 5) return false;
  const value = unwrap(array);
  const isShort = (part: Node) => isBounded(part, sourceCode, depth + 1);
  switch (value.type) {
    case 'ArrayExpression':
      return value.elements.every((element) => element?.type !== 'SpreadElement' || isShort(element.argument));
    // Whoever writes `Array.from({ length: n })` has chosen the number.
    case 'ObjectExpression':
      return true;
    case 'Identifier':
      return isBoundedVariable(value, sourceCode, isShort);
    case 'MemberExpression':
      return boundedName.test(keyName(value) ?? '') || isBoundedGetter(value, sourceCode, isShort);
    case 'NewExpression': {
      const [source] = value.arguments;
      return lastName(value.callee) === 'Set' && source !== undefined && isShort(source);
    }
    case 'CallExpression':
      return isBoundedCall(value, sourceCode, isShort);
    default:
      return staticValue(value, sourceCode) !== undefined;
  }
}

type Judge = (part: Node) => boolean;

function isBoundedVariable(name: NodeOf<'Identifier'>, sourceCode: SourceCode, isShort: Judge): boolean {
  if (boundedName.test(name.name)) return true;
  const variable = variableOf(name, sourceCode);
  if (variable?.references.some(({ identifier }) => isGrown(identifier as Node)) === true) return false;
  // What another file calls a constant, somebody wrote down.
  if (variable?.defs[0]?.type === 'ImportBinding') return constantName.test(name.name);
  const made = onlyValue(variable);
  if (made !== undefined) return made !== name && isShort(made);
  return argumentsFor(name, sourceCode)?.every(isShort) ?? false;
}

/** `this.files`, where the class has a getter of that name that lists them. */
function isBoundedGetter(member: NodeOf<'MemberExpression'>, sourceCode: SourceCode, isShort: Judge): boolean {
  if (member.object.type !== 'ThisExpression') return false;
  let at: Node | undefined = member;
  while (at !== undefined && at.type !== 'ClassBody') at = parentOf(at);
  const getter = at?.body.find(
    (each) => each.type === 'MethodDefinition' && each.kind === 'get' && keyName(each) === keyName(member),
  );
  if (getter?.type !== 'MethodDefinition') return false;
  const given: (Node | null | undefined)[] = [];
  containsHere(getter.value.body, sourceCode, (node) => {
    if (node.type === 'ReturnStatement') given.push(node.argument);
    return false;
  });
  return given.length > 0 && given.every((value) => value !== null && value !== undefined && isShort(value));
}

function isBoundedCall(call: NodeOf<'CallExpression'>, sourceCode: SourceCode, isShort: Judge): boolean {
  const callee = unwrap(call.callee);
  const name = lastName(callee) ?? '';
  const [first] = call.arguments;
  if (callee.type !== 'MemberExpression') return name === 'Array' && staticValue(call, sourceCode) !== undefined;
  if (['keys', 'values', 'entries', 'from'].includes(name) && /^(?:Object|Array)$/u.test(lastName(callee.object) ?? ''))
    return first !== undefined && (isShort(first) || isLiteralObject(first, sourceCode));
  // `slice(start, end)` and `splice(start, count)` take a part of known size.
  if ((name === 'slice' || name === 'splice') && call.arguments.length === 2) return true;
  if (name === 'filter' && first !== undefined && isSelection(first, isShort)) return true;
  if (name === 'concat' && !call.arguments.every(isShort)) return false;
  return noLonger.has(name) && isShort(callee.object);
}

/** `(name) => ['a', 'b'].includes(name)` lets no more through than it lists. */
function isSelection(callback: Node, isShort: Judge): boolean {
  if (!isFunction(callback) || callback.body.type !== 'CallExpression') return false;
  const { callee, arguments: given } = callback.body;
  const [parameter] = callback.params;
  const [asked] = given;
  return (
    callee.type === 'MemberExpression' &&
    keyName(callee) === 'includes' &&
    parameter?.type === 'Identifier' &&
    asked?.type === 'Identifier' &&
    asked.name === parameter.name &&
    callee.object.type !== 'Super' &&
    isShort(callee.object)
  );
}

function isGrown(identifier: Node): boolean {
  const member = parentOf(identifier);
  return (
    member?.type === 'MemberExpression' &&
    member.object === identifier &&
    ['push', 'unshift', 'splice'].includes(keyName(member) ?? '')
  );
}

function isLiteralObject(node: Node, sourceCode: SourceCode): boolean {
  const value = unwrap(node);
  if (value.type === 'ObjectExpression') return value.properties.every((property) => property.type === 'Property');
  const made = value.type === 'Identifier' ? onlyValue(variableOf(value, sourceCode)) : undefined;
  return made?.type === 'ObjectExpression' && isLiteralObject(made, sourceCode);
}
