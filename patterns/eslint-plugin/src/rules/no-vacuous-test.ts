import type { Rule, SourceCode } from 'eslint';
import { isTestFile } from '../file/test-file.js';
import { usesModule } from '../module/module-references.js';
import { defineRule } from '../rule/define-rule.js';
import { anyPattern } from '../rule/pattern.js';
import { dottedName, keyName, lastName } from '../syntax/name.js';
import {
  enclosingFunction,
  isFunction,
  isInside,
  kindOf,
  parentOf,
  rangeOf,
  type FunctionNode,
  type Node,
  type NodeOf,
} from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';
import { isGlobal, onlyValue, staticText, variableOf } from '../syntax/variable.js';
import { walk } from '../syntax/walk.js';

const runners =
  /^(?:vitest|@jest\/globals|test|bun:test|@playwright\/test|mocha|ava|tape|tap|uvu|@japa\/runner|@fast-check\/vitest|jasmine)$/u;
const testNames = new Set(['it', 'test', 'specify', 'fit', 'xit', 'xtest', 'xspecify']);
const suiteNames = new Set(['describe', 'suite', 'context', 'xdescribe', 'xcontext', 'fdescribe']);
const asserting =
  /^(?:expect|assert|should|must|verif|check|ensure|validate|fail|invariant|waitFor|todo|plan|snapshot)|^(?:ok|equal|notEqual|strictEqual|deepEqual|deepStrictEqual|throws|rejects|match|is|not|pass)$|(?:Assert|Expect|Test|Check|Match|Throws|Equals?|Snapshot|Rejects)(?:ion|ions|s)?$/u;
const helperPath = /test|helper|fixture|util|assert|support|harness|common|suite|shared|spec|mock|setup/iu;
const noThrowTitle =
  /\b(?:not|n't|never|without|no)\b.*\b(?:throw|throws|throwing|crash|crashes|crashing|fail|fails|failing|error|errors|reject|rejects|hang|hangs|leak|leaks|warn|warns|warning|exceptions?|except|blow|explode|die|break)\b|\b(?:type-?checks?|compiles?|types?|smoke)\b/iu;
const equalMatchers = new Set(['toBe', 'toEqual', 'toStrictEqual', 'equal', 'equals', 'eql', 'eq', 'is']);
const truthMatchers = new Set(['toBeTruthy', 'toBeDefined']);
const equalAssertions = new Set(['equal', 'strictEqual', 'deepEqual', 'deepStrictEqual', 'is', 'same', 'eq']);

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
    if (!isTest && !usesModule(sourceCode, (name) => runners.test(name))) return {};
    const further = anyPattern(options.assertFunctions);
    const names = new Set([...testNames, ...options.testFunctions]);
    const assertions = new Assertions(sourceCode, (name) => asserting.test(name) || further.test(name));

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

/** Which calls assert: by their name, or because a function of this file does when it is called. */
class Assertions {
  readonly #sourceCode: SourceCode;
  readonly #isAsserting: (name: string) => boolean;
  readonly #parses = new Set<Node>();
  readonly #functions = new Map<Node, boolean | 'unknown'>();

  constructor(sourceCode: SourceCode, isAsserting: (name: string) => boolean) {
    this.#sourceCode = sourceCode;
    this.#isAsserting = isAsserting;
  }

  /** Assertions below a node, up to one that is enough; 'unknown' when a helper from elsewhere may assert. */
  in(node: Node, isEnough: (assertion: Node) => boolean, depth = 0): Node[] | 'unknown' {
    const found: Node[] = [];
    const isUnknown = { value: false };
    const add = (at: Node) => {
      found.push(at);
      return isEnough(at) ? 'stop' : undefined;
    };
    walk(node, this.#sourceCode, (at) => {
      const kind = kindOf(at);
      if (kind === 'ThrowStatement' || kind === 'TSTypeAliasDeclaration' || kind === 'TSSatisfiesExpression') {
        return add(at);
      }
      if (at.type === 'MemberExpression' && keyName(at) === 'should') return add(at);
      if (at.type === 'VariableDeclarator' && isTypeAssertion(at)) return add(at);
      if (at.type !== 'CallExpression' && at.type !== 'NewExpression' && at.type !== 'TaggedTemplateExpression') {
        return undefined;
      }
      const callee = at.type === 'TaggedTemplateExpression' ? at.tag : at.callee;
      if (isBareExpect(at)) return undefined;
      if (isThrowingParse(callee)) this.#parses.add(at);
      if (this.#parses.has(at) || namesOf(callee).some(this.#isAsserting)) return add(at);
      const judged = this.#judgeCallee(callee, depth);
      isUnknown.value = judged === 'unknown';
      if (isUnknown.value) return 'stop';
      return judged === true ? add(at) : undefined;
    });
    return isUnknown.value ? 'unknown' : found;
  }

  /** Whether it asserts by throwing alone, which an error in a `try` block is meant to do. */
  isParse(node: Node): boolean {
    return this.#parses.has(node);
  }

  #judgeCallee(callee: Node, depth: number): boolean | 'unknown' {
    const inner = unwrap(callee);
    const root = rootOf(inner);
    if (root === undefined || depth > 3)
      return inner.type === 'MemberExpression' && rootName(inner) === 'this' ? 'unknown' : false;
    const variable = variableOf(root, this.#sourceCode);
    const definition = variable?.defs[0];
    if (definition === undefined) return false;
    if (definition.type === 'ImportBinding') {
      const source = String((parentOf(definition.node) as NodeOf<'ImportDeclaration'> | undefined)?.source.value ?? '');
      return helperPath.test(source) && !runners.test(source) ? 'unknown' : false;
    }
    // A parameter of an enclosing function may be anything, an asserting callback among them.
    if (definition.type === 'Parameter') return 'unknown';
    const held = definition.node as Node;
    const made = isFunction(held) ? held : onlyValue(variable);
    if (made === undefined) return false;
    if (inner.type === 'Identifier' && isFunction(made)) return this.#judgeFunction(made, depth);
    const origin =
      made.type === 'CallExpression' && lastName(made.callee) === 'require' ? made.arguments[0] : undefined;
    return origin?.type === 'Literal' && /^\./u.test(String(origin.value)) && helperPath.test(String(origin.value))
      ? 'unknown'
      : false;
  }

  #judgeFunction(made: FunctionNode, depth: number): boolean | 'unknown' {
    const known = this.#functions.get(made);
    if (known !== undefined) return known;
    this.#functions.set(made, false);
    const found = this.in(made.body, () => true, depth + 1);
    const answer = found === 'unknown' ? found : found.length > 0;
    this.#functions.set(made, answer);
    return answer;
  }

  /** `expect.assertions(2)` makes the runner count; `@ts-expect-error` makes the compiler assert. */
  areDeclared(body: FunctionNode): boolean {
    const text = this.#sourceCode.getText(body);
    return /\bexpect\s*\.\s*(?:assertions|hasAssertions)\b|@ts-expect-error|\.plan\(/u.test(text);
  }
}

/** `const _a: Shape = value;` is there for the compiler to refuse. */
function isTypeAssertion({ id }: NodeOf<'VariableDeclarator'>): boolean {
  return (
    id.type === 'Identifier' &&
    id.name.startsWith('_') &&
    (id as { typeAnnotation?: unknown }).typeAnnotation !== undefined
  );
}

/** `schema.parse(value)` throws for a value that does not fit. */
function isThrowingParse(callee: Node): boolean {
  const inner = unwrap(callee);
  return (
    inner.type === 'MemberExpression' &&
    /^(?:parse|parseAsync|validateSync)$/u.test(keyName(inner) ?? '') &&
    rootName(inner) !== 'JSON'
  );
}

/** `expect(value);` without a matcher asserts nothing. */
function isBareExpect(node: Node): boolean {
  return (
    node.type === 'CallExpression' &&
    lastName(node.callee) === 'expect' &&
    parentOf(node)?.type === 'ExpressionStatement'
  );
}

function namesOf(callee: Node): string[] {
  const inner = unwrap(callee);
  if (inner.type === 'Identifier') return [inner.name];
  if (inner.type === 'CallExpression') return namesOf(inner.callee);
  if (inner.type === 'ThisExpression') return ['this'];
  return inner.type === 'MemberExpression' ? [keyName(inner) ?? '', ...namesOf(inner.object)] : [];
}

function rootName(callee: Node): string | undefined {
  return namesOf(callee).at(-1);
}

/** `it` of `it()`, `it.only()` and `it.each(table)()`. */
function rootOf(callee: Node): NodeOf<'Identifier'> | undefined {
  const inner = unwrap(callee);
  if (inner.type === 'Identifier') return inner;
  if (inner.type === 'MemberExpression') return rootOf(inner.object);
  if (inner.type === 'CallExpression') return rootOf(inner.callee);
  return inner.type === 'TaggedTemplateExpression' ? rootOf(inner.tag) : undefined;
}

function isRunner(root: NodeOf<'Identifier'>, isTest: boolean, sourceCode: SourceCode): boolean {
  const definition = variableOf(root, sourceCode)?.defs[0];
  if (definition === undefined) return isTest && isGlobal(root, sourceCode);
  if (definition.type === 'ImportBinding') {
    const source = (parentOf(definition.node) as NodeOf<'ImportDeclaration'> | undefined)?.source.value;
    return runners.test(String(source).replace(/^node:/u, ''));
  }
  const made = definition.type === 'Variable' ? definition.node.init : undefined;
  const text = made ? sourceCode.getText(made) : '';
  return /require\(\s*['"](?:node:)?(?:test|tap|tape|ava|mocha|@jest\/globals|vitest|uvu)['"]\s*\)/u.test(text);
}

/** Whether a test is skipped for good; undefined for one that runs. */
function skipOf(node: NodeOf<'CallExpression'>, root: string): boolean | undefined {
  const callee = unwrap(node.callee);
  const [first] = node.arguments;
  if (callee.type === 'MemberExpression' && keyName(callee) === 'skip') {
    // `test.skip(condition, reason)` decides when it runs.
    return first?.type === 'Literal' || first?.type === 'TemplateLiteral'
      ? typeof (first as { value?: unknown }).value !== 'boolean'
      : false;
  }
  if (/^x(?:it|test|describe|context|specify)$/u.test(root)) return true;
  const options = node.arguments.find((argument) => argument.type === 'ObjectExpression');
  const skip =
    options?.type === 'ObjectExpression'
      ? options.properties.find((property) => property.type === 'Property' && keyName(property) === 'skip')
      : undefined;
  if (skip?.type !== 'Property') return undefined;
  if (skip.value.type !== 'Literal') return false;
  if (skip.value.value === false) return undefined;
  return skip.value.value === true;
}

/** A comment beside the test, or a title that names an issue. */
function hasReason(node: NodeOf<'CallExpression'>, sourceCode: SourceCode): boolean {
  const line = node.loc?.start.line ?? 0;
  const near = sourceCode.getAllComments().some(({ loc, value }) => {
    if (!loc || !/\w+\W+\w+/u.test(value) || /eslint-|^\s*(?:it|test)\(/u.test(value)) return false;
    return loc.end.line === line - 1 || loc.start.line === line || loc.start.line === line + 1;
  });
  const [title] = node.arguments;
  return (
    near ||
    (title !== undefined &&
      /#\d+|https?:|\b(?:flaky|because|until|requires|needs|TODO|unsupported|not supported)\b/u.test(
        sourceCode.getText(title),
      ))
  );
}

/** `it.each(table)` and `test.step(…)` are no tests themselves. */
function isPart(node: NodeOf<'CallExpression'>): boolean {
  const callee = unwrap(node.callee);
  const parent = parentOf(node);
  if (parent?.type === 'CallExpression' && parent.callee === node) return true;
  if (callee.type !== 'MemberExpression') return false;
  return !/^(?:only|concurrent|sequential|fails|serial|failing|effect|prop|for|each|cb|it|test|default)$/u.test(
    keyName(callee) ?? '',
  );
}

function isTodo(node: NodeOf<'CallExpression'>): boolean {
  const text = dottedName(node.callee) ?? '';
  if (/\.(?:todo|fails|failing)$/u.test(text)) return true;
  return node.arguments.some(
    (argument) =>
      argument.type === 'ObjectExpression' &&
      argument.properties.some((property) => property.type === 'Property' && keyName(property) === 'todo'),
  );
}

/** `done`, `t` and the like: the runner asserts through what it passes in. */
function usesContext(body: FunctionNode, sourceCode: SourceCode): boolean {
  const [first] = body.params;
  if (first?.type !== 'Identifier') return false;
  return sourceCode
    .getDeclaredVariables(body)
    .some(({ name, references }) => name === first.name && references.length > 0);
}

function titleOf({ arguments: [title] }: NodeOf<'CallExpression'>, sourceCode: SourceCode): string {
  return title === undefined ? '' : (staticText(title, sourceCode) ?? sourceCode.getText(title));
}

/** A `return` that every run of the test takes. */
function firstReturn(body: FunctionNode): Node | undefined {
  return body.body.type === 'BlockStatement'
    ? body.body.body.find(({ type }) => type === 'ReturnStatement')
    : undefined;
}

/** In a catch clause or a `.catch()` callback of the test, where nothing fails when there is no error. */
function isAfterError(assertion: Node, body: FunctionNode): boolean {
  for (
    let at = assertion, parent = parentOf(at);
    parent !== undefined && at !== body;
    at = parent, parent = parentOf(at)
  ) {
    if (parent.type === 'CatchClause') return !isInside(parent, body) ? false : true;
    if (parent.type === 'CallExpression' && parent.callee !== at && isFunction(at)) {
      const callee = unwrap(parent.callee);
      if (callee.type === 'MemberExpression' && keyName(callee) === 'catch') return true;
    }
  }
  return false;
}

function isTautology(node: NodeOf<'CallExpression'>, sourceCode: SourceCode): boolean {
  const callee = unwrap(node.callee);
  const name = lastName(callee) ?? '';
  const [first, second] = node.arguments;
  if (callee.type === 'Identifier') return name === 'assert' && first !== undefined && isTruth(first);
  if (callee.type !== 'MemberExpression') return false;
  const object = unwrap(callee.object);
  if (object.type === 'Identifier' && object.name === 'assert') {
    if (name === 'ok') return first !== undefined && isTruth(first);
    return (
      equalAssertions.has(name) && first !== undefined && second !== undefined && isSame(first, second, sourceCode)
    );
  }
  if (!equalMatchers.has(name) && !truthMatchers.has(name)) return false;
  const subject = subjectOf(object);
  if (subject === undefined) return false;
  if (truthMatchers.has(name)) return isTruth(subject);
  return first !== undefined && isSame(subject, first, sourceCode);
}

/** `x` of `expect(x)` and `expect(x).to`; a negated chain has none. */
function subjectOf(chain: Node): Node | undefined {
  const inner = unwrap(chain);
  if (inner.type === 'CallExpression') return lastName(inner.callee) === 'expect' ? inner.arguments[0] : undefined;
  if (inner.type !== 'MemberExpression' || !/^(?:to|be|deep|is)$/u.test(keyName(inner) ?? '')) return undefined;
  return subjectOf(inner.object);
}

function isTruth(node: Node): boolean {
  const value = unwrap(node);
  return value.type === 'Literal' && Boolean(value.value);
}

/** One literal twice, or one variable or plain property twice. */
function isSame(a: Node, b: Node, sourceCode: SourceCode): boolean {
  const [left, right] = [unwrap(a), unwrap(b)];
  if (left.type === 'Literal' && right.type === 'Literal') return left.value === right.value;
  const name = dottedName(left);
  return (
    name !== undefined &&
    name !== 'NaN' &&
    left.type !== 'Literal' &&
    sourceCode.getText(left) === sourceCode.getText(right)
  );
}
