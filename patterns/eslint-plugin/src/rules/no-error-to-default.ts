import type { SourceCode } from 'eslint';
import { defineRule } from '../rule/define-rule.js';
import { pattern } from '../rule/pattern.js';
import { booleanAnswer, isPredicate } from '../syntax/boolean-answer.js';
import { defaultValue, type DefaultKind } from '../syntax/default-value.js';
import { explanationOf } from '../syntax/explanation.js';
import { enclosingNames, keyName, lastName } from '../syntax/name.js';
import { enclosingFunction, isFunction, parentOf, type FunctionNode, type Node, type NodeOf } from '../syntax/node.js';
import { awaited, unwrap, unwrapAwait } from '../syntax/unwrap.js';
import { variableOf } from '../syntax/variable.js';
import { contains, containsHere, walk } from '../syntax/walk.js';

const handling =
  /^(?:log|logger|trace|debug|info|warn|warning|error|fatal|notice|verbose|emit|reject|fail|report|record|capture\w*|track\w*|notify\w*|push|add|abort|exit|next|on[A-Z]?\w*[eE]rr(?:or)?|handle\w*|print\w*|write|skip|throw\w*|invariant)$|(?:Error|Warning|Failure|Rejection)$/u;
/** Questions that are answered by trying: the error is the answer. */
const parsing =
  /^(?:parse\w*|decode\w*|compile|resolve|URL|RegExp|BigInt|atob|Intl|DateTimeFormat|NumberFormat|createRequire|fileURLToPath|require)$/u;
const outside =
  /^(?:fetch|exec\w*|spawn\w*|fork|read(?!Int|UInt|BigInt|Double|Float)\w*|write\w*|open\w*|request|query|send|connect|import|load\w*|stat\w*|lstat\w*)$/u;
/** A comment that says what becomes of a failure. */
const documented =
  /\b(?:undefined|null|empty|none|nothing|nobody|no (?:such|longer|\w+ (?:is|means))|false|missing|absent|gone|(?:is|was|be|are) not|not (?:be|exist|there|found)|n't|cannot|could not|unreadable|unknown|optional|if (?:there is|any)|fails?|failed|failure|errors?|throws?|invalid|ignored?|best[- ]effort|whoever|no matter)\b/iu;
const errorName = /^(?:e|er|err|error)$/u;

export default defineRule({
  name: 'no-error-to-default',
  type: 'problem',
  description: 'Disallow turning an error into a default value or a success',
  recommended: true,
  hasSuggestions: true,
  options: {
    allowFunctions: {
      type: 'string',
      format: 'regex',
      description: 'Functions of these names promise a default for what fails, so they may return one.',
    },
    allowDocumented: {
      type: 'boolean',
      description:
        'Whether a comment in the handler or above the function may allow the default by saying what a failure gives.',
    },
    probes: {
      type: 'string',
      format: 'regex',
      description:
        'Functions of these names ask whether something is there, so undefined, null or false may answer their failure.',
    },
    handlers: {
      type: 'string',
      format: 'regex',
      description:
        'Calling a function of such a name counts as handling the error, beside the usual names of loggers and reporters.',
    },
  },
  defaults: {
    allowFunctions:
      '^(?:try|safe|maybe|attempt)(?:[A-Z_]|$)|Or(?:Null|Undefined|Default|Empty|Else|None|Nothing)$|If(?:Exists|Present|Any|There)$|^(?:noop|ignore)',
    allowDocumented: true,
    probes: '^(?:l?stat|access|realpath|readlink|which)(?:Sync)?$',
    handlers: '^$',
  },
  messages: {
    catch:
      'This catch turns every error into {{value}}, so callers cannot tell a failure from a result. Handle the errors that you expect, and rethrow the others.',
    rejection:
      'This handler turns every rejection into {{value}}, so callers cannot tell a failure from a result. Handle the errors that you expect, and rethrow the others.',
    callback:
      'This branch answers the error "{{name}}" with {{value}}, so callers cannot tell a failure from a result. Pass the error on.',
    rethrow: 'Throw the error instead of returning {{value}}.',
  },
  create(context, options) {
    const { sourceCode } = context;
    const allowed = pattern(options.allowFunctions);
    const handlers = pattern(options.handlers);
    const probes = pattern(options.probes);

    const handles = (body: Node) => contains(body, sourceCode, (node) => isHandling(node, handlers));
    const promised = (node: Node) =>
      enclosingNames(node)
        .slice(0, 1)
        .some((name) => allowed.test(name)) ||
      (options.allowDocumented && documented.test(explanationOf(node, sourceCode)));

    return {
      CatchClause(node) {
        const found = defaultOf(node.body, sourceCode);
        if (found === undefined || usesParameter(node, sourceCode) || handles(node.body) || promised(node)) return;
        const attempt = parentOf(node) as NodeOf<'TryStatement'>;
        const owner = enclosingFunction(node);
        if (isExpectedFailure(attempt.block, found.kind, probes, sourceCode)) return;
        if (owner !== undefined && isPredicate(owner, attempt.block, found.kind, sourceCode)) return;
        if (found.bare && (owner === undefined || !returnsValue(owner, sourceCode))) return;
        context.report({
          node: found.node,
          messageId: 'catch',
          data: { value: found.text },
          suggest:
            found.node.type === 'ReturnStatement'
              ? [
                  {
                    messageId: 'rethrow',
                    data: { value: found.text },
                    *fix(fixer) {
                      const name = node.param?.type === 'Identifier' ? node.param.name : 'error';
                      if (node.param === null) yield fixer.insertTextBefore(node.body, `(${name}) `);
                      yield fixer.replaceText(found.node, `throw ${name};`);
                    },
                  },
                ]
              : [],
        });
      },

      CallExpression(node) {
        const handler = rejectionHandler(node);
        if (handler === undefined) return;
        const value = rejectionValue(handler, sourceCode);
        if (value === undefined || handles(handler.body) || promised(handler)) return;
        const receiver = (unwrap(node.callee) as NodeOf<'MemberExpression'>).object;
        if (isProbe(receiver, probes) && (value.kind === 'nothing' || value.kind === 'false')) return;
        if (isDiscarded(node) || isDeliveredElsewhere(node, sourceCode) || answersQuestion(node, value.kind)) return;
        const owner = enclosingFunction(node);
        if (owner !== undefined && isPredicate(owner, node, value.kind, sourceCode)) return;
        context.report({ node: handler, messageId: 'rejection', data: { value: value.text } });
      },

      IfStatement(node) {
        if (node.test.type !== 'Identifier' || !errorName.test(node.test.name)) return;
        const { name } = node.test;
        if (!isFirstParameter(node.test, sourceCode)) return;
        const found = callbackDefault(node.consequent);
        if (found === undefined || handles(node.consequent) || promised(node)) return;
        if (contains(node.consequent, sourceCode, (at) => at.type === 'Identifier' && at.name === name)) return;
        context.report({ node: found.node, messageId: 'callback', data: { name, value: found.text } });
      },
    };
  },
});

interface Found {
  readonly node: Node;
  readonly kind: DefaultKind;
  readonly text: string;
  /** A `return` without a value. */
  readonly bare: boolean;
}

/** The default that a catch ends in: every way through it gives a default, none does more. */
function defaultOf(body: NodeOf<'BlockStatement'>, sourceCode: SourceCode): Found | undefined {
  const last = body.body.at(-1);
  if (last?.type === 'ReturnStatement') {
    const value = defaultValue(last.argument);
    return value && { node: last, ...value, bare: last.argument === null || last.argument === undefined };
  }
  return body.body.length === 1 && last !== undefined ? assignedDefault(last, body, sourceCode) : undefined;
}

/** `data = []` where the try block would have given `data` its value. */
function assignedDefault(statement: Node, body: Node, sourceCode: SourceCode): Found | undefined {
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

function usesParameter(clause: NodeOf<'CatchClause'>, sourceCode: SourceCode): boolean {
  return sourceCode.getDeclaredVariables(clause).some(({ references }) => references.length > 0);
}

function isHandling(node: Node, handlers: RegExp): boolean {
  if (node.type === 'ThrowStatement') return true;
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const name = lastName(node.callee) ?? '';
    return (
      handling.test(name) ||
      handlers.test(name) ||
      /^(?:console|log|logger|output|ui|reporter|spinner)$/iu.test(objectName(node.callee))
    );
  }
  // `process.exitCode = 1`, `this.lastError = …`, `failed = true`: the failure is recorded.
  return node.type === 'AssignmentExpression' && (node.left.type === 'MemberExpression' || isTruth(node.right));
}

function isTruth(node: Node): boolean {
  return node.type === 'Literal' && typeof node.value === 'boolean';
}

function objectName(callee: Node): string {
  const inner = unwrap(callee);
  return inner.type === 'MemberExpression' ? (lastName(inner.object) ?? '') : '';
}

/** A parse that may fail, and a value that no parse gives: "not parsable" is all that the error says. */
function isExpectedFailure(
  block: NodeOf<'BlockStatement'>,
  kind: DefaultKind,
  probes: RegExp,
  sourceCode: SourceCode,
): boolean {
  if (loadsModule(block)) return true;
  if (kind !== 'nothing' && kind !== 'false') return false;
  const isParsedOrProbed = { value: false };
  const doesMore = walk(block, sourceCode, (at) => {
    if (at.type !== 'CallExpression' && at.type !== 'NewExpression') {
      return at.type === 'AwaitExpression' && !isProbe(at, probes) ? 'stop' : undefined;
    }
    const name = lastName(at.callee) ?? '';
    if (outside.test(name) && !probes.test(name)) return 'stop';
    isParsedOrProbed.value ||= parsing.test(name) || probes.test(name);
    return undefined;
  });
  return isParsedOrProbed.value && !doesMore;
}

/** `stat(file)` asks whether the file is there. */
function isProbe(node: Node, probes: RegExp): boolean {
  const call = unwrapAwait(node);
  return call.type === 'CallExpression' && probes.test(lastName(call.callee) ?? '');
}

/** A dependency that is optional. */
function loadsModule(block: NodeOf<'BlockStatement'>): boolean {
  const [statement, ...others] = block.body;
  if (
    others.length > 0 ||
    statement?.type !== 'ExpressionStatement' ||
    statement.expression.type !== 'AssignmentExpression'
  )
    return false;
  const value = unwrapAwait(statement.expression.right);
  return value.type === 'ImportExpression' || (value.type === 'CallExpression' && lastName(value.callee) === 'require');
}

function returnsValue(owner: FunctionNode, sourceCode: SourceCode): boolean {
  return containsHere(owner.body, sourceCode, (at) => at.type === 'ReturnStatement' && Boolean(at.argument));
}

/** The function of `.catch(fn)` and `.then(…, fn)`. */
function rejectionHandler(node: NodeOf<'CallExpression'>): FunctionNode | undefined {
  const callee = unwrap(node.callee);
  if (callee.type !== 'MemberExpression') return undefined;
  const method = keyName(callee);
  const handler = method === 'catch' ? node.arguments[0] : method === 'then' ? node.arguments[1] : undefined;
  return handler !== undefined && isFunction(handler) ? handler : undefined;
}

function rejectionValue(handler: FunctionNode, sourceCode: SourceCode): Found | undefined {
  if (sourceCode.getDeclaredVariables(handler).some(({ references }) => references.length > 0)) return undefined;
  if (handler.body.type !== 'BlockStatement') {
    const value = defaultValue(handler.body);
    return value && { node: handler.body, ...value, bare: false };
  }
  if (handler.body.body.length === 0) return { node: handler, kind: 'nothing', text: 'undefined', bare: true };
  const last = handler.body.body.at(-1);
  if (last?.type !== 'ReturnStatement') return undefined;
  const value = defaultValue(last.argument);
  return value && { node: last, ...value, bare: !last.argument };
}

/** Nobody reads the value: `await remove(file).catch(() => undefined);` tolerates a failure, and shows it. */
function isDiscarded(call: Node): boolean {
  let at = awaited(call);
  for (;;) {
    const parent = parentOf(at);
    if (parent?.type === 'UnaryExpression' && parent.operator === 'void') at = parent;
    else if (parent?.type === 'MemberExpression' && keyName(parent) === 'finally')
      at = awaited(parentOf(parent) ?? parent);
    else if (parent?.type === 'ArrowFunctionExpression' && parent.body === at) return true;
    else return parent?.type === 'ExpressionStatement';
  }
}

/** The same promise is returned or awaited too, and its error with it: `queue = done.catch(() => undefined); return done;` */
function isDeliveredElsewhere(call: NodeOf<'CallExpression'>, sourceCode: SourceCode): boolean {
  const callee = unwrap(call.callee);
  const receiver = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined;
  if (receiver?.type !== 'Identifier') return false;
  return (
    variableOf(receiver, sourceCode)?.references.some(({ identifier }) => {
      const use = identifier === receiver ? undefined : parentOf(identifier as Node)?.type;
      return use === 'ReturnStatement' || use === 'AwaitExpression' || use === 'Property' || use === 'CallExpression';
    }) ?? false
  );
}

/** `access(file).then(() => true, () => false)` asks a question. */
function answersQuestion(call: NodeOf<'CallExpression'>, kind: DefaultKind): boolean {
  if (kind !== 'false' && kind !== 'true') return false;
  const callee = unwrap(call.callee) as NodeOf<'MemberExpression'>;
  const source = keyName(callee) === 'then' ? call : unwrap(callee.object);
  if (source.type !== 'CallExpression' || lastName(source.callee) !== 'then') return false;
  const answer = source.arguments[0];
  if (answer === undefined || !isFunction(answer)) return false;
  const value = answer.body.type === 'BlockStatement' ? answer.body.body.at(-1) : answer.body;
  return booleanAnswer(value?.type === 'ReturnStatement' ? value.argument : value) !== undefined;
}

function isFirstParameter(node: NodeOf<'Identifier'>, sourceCode: SourceCode): boolean {
  const owner = enclosingFunction(node);
  const first = owner?.params[0];
  return first?.type === 'Identifier' && first.name === node.name && sourceCode.getScope(node).type !== 'global';
}

/** `callback(null, [])` or `resolve(null)` where the error should be passed. */
function callbackDefault(consequent: Node): Found | undefined {
  const statements: readonly Node[] = consequent.type === 'BlockStatement' ? consequent.body : [consequent];
  const statement = statements.at(0);
  if (statements.length > 2 || (statements.length === 2 && statements.at(1)?.type !== 'ReturnStatement'))
    return undefined;
  if (statement?.type !== 'ReturnStatement' && statement?.type !== 'ExpressionStatement') return undefined;
  const expression = statement.type === 'ReturnStatement' ? statement.argument : statement.expression;
  if (!expression) return undefined;
  if (expression.type !== 'CallExpression') {
    const value = statement.type === 'ReturnStatement' ? defaultValue(expression) : undefined;
    return value && { node: statement, ...value, bare: false };
  }
  const name = lastName(expression.callee) ?? '';
  if (name === 'resolve') {
    const value = defaultValue(expression.arguments[0]);
    return value && { node: expression, ...value, bare: false };
  }
  if (!/^(?:cb|callback|done|next|fn|respond)$/iu.test(name)) return undefined;
  const [first, second] = expression.arguments;
  if (first === undefined || defaultValue(first)?.kind !== 'nothing') return undefined;
  const value = defaultValue(second);
  return value && { node: expression, ...value, bare: false };
}
