import { isTestFile } from '../file/test-file.js';
import { isDocumented } from '../lost-error/documented-default.js';
import {
  callbackError,
  isAnotherHandled,
  isHandling,
  isToldBefore,
  usesParameter,
} from '../lost-error/error-handling.js';
import { isExpectedFailure, isProbe, kindFor, readsKernelFiles } from '../lost-error/expected-failure.js';
import { callbackDefault, caughtDefault, rejectedDefault, rejectionHandler } from '../lost-error/found-default.js';
import {
  answersQuestion,
  givesResult,
  isComparedDigest,
  isDeliveredElsewhere,
  isDiscarded,
  returnsValue,
} from '../lost-error/value-use.js';
import { defineRule } from '../rule/define-rule.js';
import { pattern } from '../rule/pattern.js';
import { isPredicate } from '../syntax/boolean-answer.js';
import { enclosingNames } from '../syntax/name.js';
import { enclosingFunction, parentOf, type Node, type NodeOf } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';
import { contains } from '../syntax/walk.js';

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
        'Whether any comment in the handler or above the function that explains the default allows it; otherwise only one that names the failure does ("undefined when it cannot be read").',
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
      '^(?:try|safe|maybe|attempt)(?:[A-Z_]|$)|Or(?:Null|Undefined|Default|Empty|Else|None|Nothing)$|If(?:Exists|Present|Any|There)$|^(?:noop|ignore)|^(?:auto)?[cC]omplet(?:e|ions?)$',
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
    // A test compares what came with what it expects, so a default fails it.
    if (isTestFile(context)) return {};
    const { sourceCode } = context;
    const allowed = pattern(options.allowFunctions);
    const handlers = pattern(options.handlers);
    const probes = pattern(options.probes);

    const handles = (body: Node) => contains(body, sourceCode, (node) => isHandling(node, handlers));
    const isPromised = (node: Node) =>
      enclosingNames(node)
        .slice(0, 1)
        .some((name) => allowed.test(name)) || isDocumented(node, options.allowDocumented, sourceCode);

    return {
      CatchClause(node) {
        const found = caughtDefault(node.body, sourceCode);
        if (found === undefined || usesParameter(node, sourceCode) || handles(node.body) || isPromised(node)) return;
        const attempt = parentOf(node) as NodeOf<'TryStatement'>;
        const owner = enclosingFunction(node);
        const kind = kindFor(found, owner);
        if (isExpectedFailure(attempt.block, kind, probes, sourceCode)) return;
        if (owner !== undefined && isPredicate(owner, attempt.block, kind, sourceCode)) return;
        if (found.bare && (owner === undefined || !returnsValue(owner, sourceCode))) return;
        if (isAnotherHandled(attempt, sourceCode)) return;
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
        const found = rejectedDefault(handler, sourceCode);
        if (found === undefined || handles(handler.body) || isPromised(handler)) return;
        const { kind, text } = found;
        const receiver = (unwrap(node.callee) as NodeOf<'MemberExpression'>).object;
        if (isProbe(receiver, probes) && (kind === 'nothing' || kind === 'false')) return;
        if (readsKernelFiles(receiver, sourceCode)) return;
        if (isDiscarded(node) || isDeliveredElsewhere(node, sourceCode) || answersQuestion(node, kind)) return;
        if (isComparedDigest(node, kind, sourceCode)) return;
        const owner = enclosingFunction(node);
        if (owner !== undefined && isPredicate(owner, node, kind, sourceCode)) return;
        if (isAnotherHandled(node, sourceCode)) return;
        context.report({ node: handler, messageId: 'rejection', data: { value: text } });
      },

      IfStatement(node) {
        const error = callbackError(node, sourceCode);
        const found = error && callbackDefault(node.consequent);
        if (error === undefined || found === undefined || handles(node.consequent) || isPromised(node)) return;
        if (isToldBefore(error, sourceCode)) return;
        const owner = enclosingFunction(node);
        if (found.node.type === 'ReturnStatement' && owner !== undefined && !givesResult(owner, sourceCode)) return;
        const { name } = error;
        if (contains(node.consequent, sourceCode, (at) => at.type === 'Identifier' && at.name === name)) return;
        context.report({ node: found.node, messageId: 'callback', data: { name, value: found.text } });
      },
    };
  },
});
