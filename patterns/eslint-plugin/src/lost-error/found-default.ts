import type { SourceCode } from 'eslint';
import { defaultValue, type DefaultKind } from '../syntax/default-value.js';
import { keyName, lastName } from '../syntax/name.js';
import { isFunction, parentOf, type FunctionNode, type Node, type NodeOf } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';
import { containsHere } from '../syntax/walk.js';

/** A default where an error was. */
export interface FoundDefault {
  readonly node: Node;
  readonly kind: DefaultKind;
  readonly text: string;
  /** A `return` without a value. */
  readonly bare: boolean;
}

/** The default that a catch ends in: every way through it gives a default, none does more. */
export function caughtDefault(body: NodeOf<'BlockStatement'>, sourceCode: SourceCode): FoundDefault | undefined {
  const last = body.body.at(-1);
  if (last?.type === 'ReturnStatement') return returned(last);
  return body.body.length === 1 && last !== undefined ? assigned(last, body, sourceCode) : undefined;
}

function returned(node: NodeOf<'ReturnStatement'>): FoundDefault | undefined {
  const value = defaultValue(node.argument);
  return value && { node, ...value, bare: !node.argument };
}

/** `data = []` where the try block would have given `data` its value. */
function assigned(statement: Node, body: Node, sourceCode: SourceCode): FoundDefault | undefined {
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression')
    return undefined;
  const { left, right, operator } = statement.expression;
  const value = operator === '=' && left.type === 'Identifier' ? defaultValue(right) : undefined;
  // A flag that says "it failed" is a record of the error.
  if (value === undefined || left.type !== 'Identifier' || ['true', 'false', 'nothing'].includes(value.kind))
    return undefined;
  const attempt = parentOf(parentOf(body) as Node) as NodeOf<'TryStatement'>;
  const isAssigned = containsHere(
    attempt.block,
    sourceCode,
    (at) => at.type === 'AssignmentExpression' && at.left.type === 'Identifier' && at.left.name === left.name,
  );
  return isAssigned ? { node: statement, ...value, bare: false } : undefined;
}

/** The function of `.catch(fn)` and `.then(…, fn)`. */
export function rejectionHandler(node: NodeOf<'CallExpression'>): FunctionNode | undefined {
  const callee = unwrap(node.callee);
  if (callee.type !== 'MemberExpression') return undefined;
  const method = keyName(callee);
  const handler = method === 'catch' ? node.arguments[0] : method === 'then' ? node.arguments[1] : undefined;
  return handler !== undefined && isFunction(handler) ? handler : undefined;
}

/** The default that a rejection handler gives, unless it looks at the error. */
export function rejectedDefault(handler: FunctionNode, sourceCode: SourceCode): FoundDefault | undefined {
  if (sourceCode.getDeclaredVariables(handler).some(({ references }) => references.length > 0)) return undefined;
  if (handler.body.type !== 'BlockStatement') {
    const value = defaultValue(handler.body);
    return value && { node: handler.body, ...value, bare: false };
  }
  if (handler.body.body.length === 0) return { node: handler, kind: 'nothing', text: 'undefined', bare: true };
  const last = handler.body.body.at(-1);
  return last?.type === 'ReturnStatement' ? returned(last) : undefined;
}

/** `callback(null, [])` or `resolve(null)` in the branch of a callback that should pass its error on. */
export function callbackDefault(consequent: Node): FoundDefault | undefined {
  const statements: readonly Node[] = consequent.type === 'BlockStatement' ? consequent.body : [consequent];
  const statement = statements.at(0);
  if (statements.length > 2 || (statements.length === 2 && statements.at(1)?.type !== 'ReturnStatement'))
    return undefined;
  if (statement?.type !== 'ReturnStatement' && statement?.type !== 'ExpressionStatement') return undefined;
  const expression = statement.type === 'ReturnStatement' ? statement.argument : statement.expression;
  if (!expression) return undefined;
  if (expression.type !== 'CallExpression')
    return statement.type === 'ReturnStatement' ? returned(statement) : undefined;
  const value = answered(expression);
  return value && { node: expression, ...value, bare: false };
}

/** The default that a call answers with; undefined when it is no answer, or tells an error. */
function answered({ callee, arguments: [first, second] }: NodeOf<'CallExpression'>) {
  const name = lastName(callee) ?? '';
  if (name === 'resolve') return defaultValue(first);
  const isSuccess =
    /^(?:cb|callback|done|next|fn|respond)$/iu.test(name) &&
    first !== undefined &&
    defaultValue(first)?.kind === 'nothing';
  return isSuccess ? defaultValue(second) : undefined;
}
