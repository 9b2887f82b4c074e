import type { SourceCode } from 'eslint';
import { keyName, lastName } from '../syntax/name.js';
import { isFunction, kindOf, parentOf, type FunctionNode, type Node, type NodeOf } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';
import { onlyValue, variableOf } from '../syntax/variable.js';
import { walk } from '../syntax/walk.js';
import { isRunnerModule, rootOf } from './runner.js';

const asserting =
  /^(?:expect|assert|should|must|verif|check|ensure|validate|fail|invariant|waitFor|todo|plan|snapshot)|^(?:ok|equal|notEqual|strictEqual|deepEqual|deepStrictEqual|throws|rejects|match|is|not|pass)$|(?:Assert|Expect|Test|Check|Match|Throws|Equals?|Snapshot|Rejects)(?:ion|ions|s)?$/u;
const helperPath = /test|helper|fixture|util|assert|support|harness|common|suite|shared|spec|mock|setup/iu;

/** Which calls assert: by their name, or because a function of this file does when it is called. */
export class Assertions {
  readonly #sourceCode: SourceCode;
  readonly #further: { test(name: string): boolean };
  readonly #parses = new Set<Node>();
  readonly #functions = new Map<Node, boolean | 'unknown'>();

  /** @param further which names assert beside the usual ones */
  constructor(sourceCode: SourceCode, further: { test(name: string): boolean }) {
    this.#sourceCode = sourceCode;
    this.#further = further;
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
      if (this.#parses.has(at) || namesOf(callee).some((name) => asserting.test(name) || this.#further.test(name)))
        return add(at);
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
      return helperPath.test(source) && !isRunnerModule(source) ? 'unknown' : false;
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
