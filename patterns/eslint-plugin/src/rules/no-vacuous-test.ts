import type { Rule } from 'eslint';
import { isTestFile } from '../file/test-file.js';
import { usesModule } from '../module/module-references.js';
import { defineRule } from '../rule/define-rule.js';
import { anyPattern } from '../rule/pattern.js';
import { enclosingFunction, isFunction, rangeOf, type FunctionNode, type Node, type NodeOf } from '../syntax/node.js';
import { Assertions } from '../test-case/assertions.js';
import { firstReturn, isAfterError, usesContext } from '../test-case/reach.js';
import {
  isPart,
  isRunner,
  isRunnerModule,
  isTodo,
  rootOf,
  suiteNames,
  testNames,
  titleOf,
} from '../test-case/runner.js';
import { hasReason, skipOf } from '../test-case/skip.js';
import { isTautology } from '../test-case/tautology.js';

const noThrowTitle =
  /\b(?:not|n't|never|without|no)\b.*\b(?:throw|throws|throwing|crash|crashes|crashing|fail|fails|failing|error|errors|reject|rejects|hang|hangs|leak|leaks|warn|warns|warning|exceptions?|except|blow|explode|die|break)\b|\b(?:type-?checks?|compiles?|types?|smoke)\b/iu;

export default defineRule({
  name: 'no-vacuous-test',
  type: 'problem',
  description: 'Disallow tests that cannot fail',
  recommended: true,
  options: {
    assertFunctions: {
      type: 'array',
      items: { type: 'string', format: 'regex' },
      description: 'Further names (patterns) of functions and methods that assert.',
    },
    testFunctions: {
      type: 'array',
      items: { type: 'string' },
      description: 'Further names of functions that define a test.',
    },
    skips: {
      type: 'boolean',
      description: 'Whether to report skipped tests without a reason in a comment beside them.',
    },
  },
  defaults: { assertFunctions: [] as string[], testFunctions: [] as string[], skips: true },
  messages: {
    empty: 'This test is empty, so it always passes. Write it, or declare it with "todo".',
    noAssertion: 'This test asserts nothing, so it passes whatever the code does. Assert the outcome.',
    onlyInCatch:
      'This test asserts only after an error, so it passes when there is none. Expect the rejection instead, or fail when the call succeeds.',
    afterReturn: 'The test has returned before this assertion, so it never runs.',
    tautology:
      'This assertion compares a value with itself or a constant with a constant, so it cannot fail. Assert what the code gave.',
    skipped: 'This test is skipped and nothing says why. Say the reason in a comment above it, or run it.',
  },
  create(context, options) {
    const { sourceCode } = context;
    const isTest = isTestFile(context);
    if (!isTest && !usesModule(sourceCode, isRunnerModule)) return {};
    const further = anyPattern(options.assertFunctions);
    const names = new Set([...testNames, ...options.testFunctions]);
    const assertions = new Assertions(sourceCode, further);

    const check = (node: NodeOf<'CallExpression'>, body: FunctionNode) => {
      if (body.body.type === 'BlockStatement' && body.body.body.length === 0) {
        context.report({ node, messageId: 'empty' });
        return;
      }
      const exit = firstReturn(body);
      const proves = (assertion: Node) => !assertions.isParse(assertion) && !isAfterError(assertion, body);
      const found = assertions.in(body.body, exit === undefined ? proves : () => false);
      if (found === 'unknown') return;
      const strong = found.filter((assertion) => !assertions.isParse(assertion));
      const dead =
        exit &&
        found.find((assertion) => rangeOf(assertion)[0] > rangeOf(exit)[1] && enclosingFunction(assertion) === body);
      if (dead === undefined && (strong.some(proves) || (found.length > 0 && strong.length === 0))) return;
      if (usesContext(body, sourceCode) || assertions.areDeclared(body)) return;
      if (dead !== undefined) context.report({ node: dead, messageId: 'afterReturn' });
      else if (strong[0] !== undefined) context.report({ node: strong[0], messageId: 'onlyInCatch' });
      else if (!noThrowTitle.test(titleOf(node, sourceCode))) context.report({ node, messageId: 'noAssertion' });
    };

    return {
      CallExpression(node) {
        const root = rootOf(node.callee);
        if (
          root !== undefined &&
          (names.has(root.name) || suiteNames.has(root.name)) &&
          isRunner(root, isTest, sourceCode)
        ) {
          const isSkipped = skipOf(node, root.name);
          if (isSkipped !== undefined) {
            if (options.skips && isSkipped && !hasReason(node, sourceCode))
              context.report({ node, messageId: 'skipped' });
            return;
          }
          if (suiteNames.has(root.name) || isPart(node) || isTodo(node)) return;
          const body = [...node.arguments].reverse().find(isFunction);
          if (body !== undefined && isFunction(body)) check(node, body);
        } else if (isTautology(node, sourceCode)) context.report({ node, messageId: 'tautology' });
      },
    } satisfies Rule.RuleListener;
  },
});
