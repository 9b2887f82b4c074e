import type { SourceCode } from 'eslint';
import { isConfigFile, isTestFile } from '../file/test-file.js';
import { defineRule } from '../rule/define-rule.js';
import { defaultValue } from '../syntax/default-value.js';
import { dottedName, functionName, keyName, lastName } from '../syntax/name.js';
import { enclosingFunction, parentOf, type FunctionNode, type Node, type NodeOf } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';
import { isGlobal, onlyValue, staticText, variableOf } from '../syntax/variable.js';

type Comment = ReturnType<SourceCode['getCommentsInside']>[number];

const runnerVariables = new Set([
  'VITEST',
  'VITEST_WORKER_ID',
  'VITEST_POOL_ID',
  'VITEST_MODE',
  'JEST_WORKER_ID',
  'NODE_TEST_CONTEXT',
  'MOCHA_WORKER_ID',
  'AVA_PATH',
  'TAP_CHILD_ID',
  'CYPRESS',
  'PLAYWRIGHT_TEST',
]);
const modeVariables = new Set(['NODE_ENV', 'MODE', 'APP_ENV', 'BABEL_ENV']);
const runnerGlobals = new Set(['jest', 'vi', 'vitest', 'describe', 'it', 'beforeEach', 'afterEach', 'mocha']);
const marker =
  /\b(?:TODO|FIXME|XXX|HACK)\b|\b(?:stub(?:bed)?|placeholder|dummy|not (?:yet )?implemented|implement (?:me|this|later)|for now|fake|hard-?coded)\b/iu;
const plainMarker =
  /\b(?:stub(?:bed)?|placeholder|not (?:yet )?implemented|(?:TODO|FIXME)\W+implement|implement (?:me|this|later)|pretend|fake (?:it|result|success|response)|real implementation|actual implementation)\b/iu;
const notImplemented =
  /^\W*(?:TODO\b.*|FIXME\b.*|(?:(?:this )?(?:method|function|feature) )?(?:is )?not (?:yet )?implemented(?: yet)?|unimplemented|implement me)\W*$/iu;
const baseName =
  /^(?:Base|Abstract|I(?=[A-Z])|Virtual|Null|Noop|Mock|Fake|Stub)|(?:Base|Interface|Abstract|Mixin|Mock|Stub)$/u;

export default defineRule({
  name: 'no-test-bypass',
  type: 'problem',
  description: 'Disallow sources that behave otherwise under test, and stubs that pass for an implementation',
  recommended: true,
  options: {
    environment: {
      type: 'boolean',
      description:
        'Whether to report code that asks if a test runs it (`NODE_ENV`, `VITEST`, `JEST_WORKER_ID`, `typeof jest`).',
    },
    stubs: {
      type: 'boolean',
      description:
        'Whether to report functions that return a constant under a comment such as TODO, or that only throw "not implemented".',
    },
    variables: {
      type: 'array',
      items: { type: 'string' },
      description: 'Further environment variables that only a test sets.',
    },
  },
  defaults: { environment: true, stubs: true, variables: [] as string[] },
  messages: {
    environment:
      'This code asks whether a test runs it ("{{what}}"), so what the tests prove is not what users run. Pass the difference in from outside.',
    stub: 'This function answers {{value}} without doing its work ("{{comment}}"). Implement it, or throw an error that says it is missing.',
    notImplemented: 'This function only throws "{{message}}". Implement it, or leave it out.',
  },
  create(context, options) {
    const { sourceCode } = context;
    if (isTestFile(context) || isConfigFile(context)) return {};
    const variables = new Set([...runnerVariables, ...options.variables]);

    const checkFunction = (node: FunctionNode) => {
      if (!options.stubs || node.body.type !== 'BlockStatement') return;
      const last = node.body.body.at(-1);
      if (last?.type === 'ReturnStatement') {
        const value = constantText(last.argument, sourceCode);
        const comment =
          value === undefined ? undefined : stubComment(node, last, node.body.body.length === 1, sourceCode);
        if (value !== undefined && comment !== undefined) {
          context.report({ node: last, messageId: 'stub', data: { value, comment } });
        }
      } else if (last?.type === 'ThrowStatement' && node.body.body.length === 1) {
        const message = thrownMessage(last, sourceCode);
        if (message !== undefined && notImplemented.test(message) && !isMeantToBeOverridden(node, sourceCode)) {
          context.report({ node: last, messageId: 'notImplemented', data: { message } });
        }
      }
    };

    return {
      MemberExpression(node) {
        if (!options.environment) return;
        const name = keyName(node);
        if (name === undefined) return;
        if (
          modeVariables.has(name)
            ? isComparedWithTest(node, sourceCode) && isEnvironment(node.object, sourceCode)
            : variables.has(name) && isEnvironment(node.object, sourceCode) && isRead(node)
        ) {
          context.report({ node, messageId: 'environment', data: { what: sourceCode.getText(node) } });
        }
      },
      Identifier(node) {
        if (!options.environment || node.name !== 'NODE_ENV') return;
        const parent = parentOf(node);
        if (parent?.type === 'MemberExpression' || !isComparedWithTest(node, sourceCode)) return;
        context.report({ node, messageId: 'environment', data: { what: 'NODE_ENV' } });
      },
      UnaryExpression(node) {
        if (!options.environment || node.operator !== 'typeof' || node.argument.type !== 'Identifier') return;
        const { argument } = node;
        if (
          runnerGlobals.has(argument.name) &&
          isGlobal(argument, sourceCode) &&
          parentOf(node)?.type === 'BinaryExpression'
        ) {
          context.report({ node, messageId: 'environment', data: { what: `typeof ${argument.name}` } });
        }
      },
      FunctionDeclaration: checkFunction,
      FunctionExpression: checkFunction,
      ArrowFunctionExpression: checkFunction,
    };
  },
});

/** `process.env`, `import.meta.env`, `Bun.env`, or a variable that holds one. */
function isEnvironment(node: Node, sourceCode: SourceCode): boolean {
  const name = dottedName(node);
  if (name === undefined) return false;
  if (/(?:^|\.)(?:process|meta|Bun)\.env$/u.test(name)) return true;
  const value = unwrap(node);
  if (value.type !== 'Identifier') return false;
  const made = onlyValue(variableOf(value, sourceCode));
  return made !== undefined && /^(?:process|import\.meta)\.env$/u.test(dottedName(made) ?? '');
}

/** Writing the variable prepares a child's environment, and asks nothing. */
function isRead(node: Node): boolean {
  const parent = parentOf(node);
  if (parent?.type === 'AssignmentExpression') return parent.left !== node;
  return !(parent?.type === 'UnaryExpression' && parent.operator === 'delete');
}

function isComparedWithTest(node: Node, sourceCode: SourceCode): boolean {
  const parent = parentOf(node);
  if (parent?.type === 'BinaryExpression' && /^[!=]==?$/u.test(parent.operator)) {
    const other = parent.left === node ? parent.right : parent.left;
    return staticText(other, sourceCode) === 'test';
  }
  if (parent?.type === 'SwitchStatement') {
    return parent.cases.some(({ test }) => test != null && staticText(test, sourceCode) === 'test');
  }
  return false;
}

function constantText(node: Node | null | undefined, sourceCode: SourceCode): string | undefined {
  if (!node) return undefined;
  const found = defaultValue(node);
  if (found !== undefined) return found.text;
  const value = unwrap(node);
  if (value.type === 'Literal') return sourceCode.getText(value);
  return undefined;
}

/** The comment that admits that a constant stands for a result. */
function stubComment(
  node: FunctionNode,
  last: Node,
  isOnlyStatement: boolean,
  sourceCode: SourceCode,
): string | undefined {
  const after = sourceCode.getCommentsAfter(last).filter((comment) => comment.loc?.start.line === last.loc?.end.line);
  const comments: Comment[] = [...sourceCode.getCommentsBefore(last), ...after];
  const found = comments.find(
    ({ value }) => (isOnlyStatement ? marker : plainMarker).test(value) && !/\bno-?op\b/iu.test(value),
  );
  if (found === undefined || isMeantToBeOverridden(node, sourceCode)) return undefined;
  const text = found.value.replace(/^[\s*]+|[\s*]+$/gu, '').replace(/\s+/gu, ' ');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function thrownMessage({ argument }: NodeOf<'ThrowStatement'>, sourceCode: SourceCode): string | undefined {
  if (argument.type !== 'NewExpression' && argument.type !== 'CallExpression') return undefined;
  const [message] = argument.arguments;
  const name = lastName(argument.callee) ?? '';
  if (message === undefined) return /^(?:NotImplemented|Unimplemented)\w*$/u.test(name) ? 'not implemented' : undefined;
  return /Error$/u.test(name) ? staticText(message, sourceCode) : undefined;
}

/** A method of a base class: abstract, named or extended as one, or one of several that leave their work to subclasses. */
function isMeantToBeOverridden(node: FunctionNode, sourceCode: SourceCode): boolean {
  const method = parentOf(node);
  if (method?.type === 'AssignmentExpression') return (dottedName(method.left) ?? '').includes('.prototype.');
  if (method?.type === 'Property') return baseName.test(functionName(enclosingFunction(node) ?? node) ?? '');
  if (method?.type !== 'MethodDefinition' && method?.type !== 'PropertyDefinition') return false;
  const body = parentOf(method);
  const owner = body && parentOf(body);
  if (owner?.type !== 'ClassDeclaration' && owner?.type !== 'ClassExpression') return false;
  if ((owner as { abstract?: boolean }).abstract === true) return true;
  const name = owner.id?.name ?? '';
  if (baseName.test(name) || unimplementedMethods(owner, sourceCode) > 1) return true;
  return owner.id != null && isExtended(owner, sourceCode);
}

function unimplementedMethods(
  { body }: NodeOf<'ClassDeclaration' | 'ClassExpression'>,
  sourceCode: SourceCode,
): number {
  return body.body.filter((member) => {
    const [first, ...others] = member.type === 'MethodDefinition' ? member.value.body.body : [];
    return (
      first?.type === 'ThrowStatement' &&
      others.length === 0 &&
      notImplemented.test(thrownMessage(first, sourceCode) ?? '')
    );
  }).length;
}

function isExtended(owner: NodeOf<'ClassDeclaration' | 'ClassExpression'>, sourceCode: SourceCode): boolean {
  return sourceCode.getDeclaredVariables(owner).some(({ references }) =>
    references.some(({ identifier }) => {
      const parent = parentOf(identifier as Node);
      return (
        (parent?.type === 'ClassDeclaration' || parent?.type === 'ClassExpression') && parent.superClass === identifier
      );
    }),
  );
}
