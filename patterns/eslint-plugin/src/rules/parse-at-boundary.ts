import type { SourceCode } from 'eslint';
import { isOwnText } from '../boundary/own-text.js';
import { isTestFile } from '../file/test-file.js';
import { defineRule } from '../rule/define-rule.js';
import { pattern } from '../rule/pattern.js';
import { dottedName, keyName, lastName } from '../syntax/name.js';
import { kindOf, parentOf, rangeOf, type Node, type NodeOf } from '../syntax/node.js';
import { awaited, unwrap, wrapped } from '../syntax/unwrap.js';
import { isGlobal, variableOf } from '../syntax/variable.js';
import { contains } from '../syntax/walk.js';

const shapeChecks = new Set(['isArray', 'hasOwn', 'isInteger', 'isFinite', 'isSafeInteger']);

export default defineRule({
  name: 'parse-at-boundary',
  type: 'suggestion',
  description: 'Require data from outside to pass a schema before its properties are used',
  recommended: false,
  options: {
    boundaries: {
      type: 'array',
      items: { type: 'string' },
      description:
        'Calls whose value comes from outside; a name that begins with a dot is a method without arguments of any object.',
    },
    parsers: {
      type: 'string',
      format: 'regex',
      description:
        'Names of the functions and methods that check a value: after one of them saw it, its properties may be used.',
    },
    environment: {
      type: 'boolean',
      description:
        'Whether to report properties of environment variables that may be unset (`process.env.LEVEL.trim()`).',
    },
    ignoreTests: { type: 'boolean', description: 'Whether to leave out test files.' },
  },
  defaults: {
    boundaries: [
      'JSON.parse',
      'JSON5.parse',
      'YAML.parse',
      'yaml.load',
      'yaml.parse',
      'TOML.parse',
      'toml.parse',
      '.json',
    ],
    parsers:
      '^(?:parse|safeParse|decode|validate|assert|check|ensure|is|verify|coerce|guard|conform|expect|has|to|from|read|normali[sz]e|sanitize|create|migrate)(?:[A-Z_]\\w*|Async)?$|Schema$|Validator$',
    environment: true,
    ignoreTests: true,
  },
  messages: {
    property: 'Nothing has checked that what {{boundary}} gave has "{{property}}". Parse it with a schema first.',
    environment: '"{{variable}}" may be unset, and nothing has checked it. Parse the environment once, at the start.',
  },
  create(context, options) {
    const { sourceCode } = context;
    if (options.ignoreTests && isTestFile(context)) return {};
    const parsers = pattern(options.parsers);
    const calls = new Set(options.boundaries.filter((name) => !name.startsWith('.')));
    const methods = new Set(options.boundaries.filter((name) => name.startsWith('.')).map((name) => name.slice(1)));
    const lastNames = new Set([...calls].map((name) => name.split('.').at(-1) ?? name));

    const boundaryName = (node: NodeOf<'CallExpression'>): string | undefined => {
      const callee = unwrap(node.callee);
      const last = lastName(callee) ?? '';
      if (lastNames.has(last)) {
        const name = dottedName(callee) ?? '';
        if (calls.has(name) && isForeign(node, sourceCode)) return name;
      }
      const isMethod = callee.type === 'MemberExpression' && methods.has(last) && node.arguments.length === 0;
      return isMethod && parentOf(node)?.type === 'AwaitExpression' ? `${last}()` : undefined;
    };

    return {
      CallExpression(node) {
        const boundary = boundaryName(node);
        if (boundary === undefined) return;
        const use = firstUse(node, sourceCode, parsers);
        if (use !== undefined && !isCheckedThen(use.node, sourceCode, parsers))
          context.report({ node: use.node, messageId: 'property', data: { boundary, property: use.property } });
      },
      MemberExpression(node) {
        if (!options.environment || node.optional) return;
        const object = unwrap(node.object);
        if (object.type !== 'MemberExpression' || object.computed) return;
        const variable = dottedName(object);
        if (variable === undefined || !/^process\.env\.\w+$/u.test(variable) || variable === 'process.env.PATH') return;
        if (!isGuarded(node, variable, sourceCode))
          context.report({ node: object, messageId: 'environment', data: { variable } });
      },
    };
  },
});

interface PropertyUse {
  readonly node: Node;
  readonly property: string;
}

/** The first property that is read of a value that nothing has checked. */
function firstUse(call: Node, sourceCode: SourceCode, parsers: RegExp): PropertyUse | undefined {
  const value = awaited(call);
  const direct = propertyOf(value, sourceCode);
  if (direct !== undefined) return direct;
  const holder = parentOf(value);
  if (holder?.type !== 'VariableDeclarator') return undefined;
  if (holder.id.type === 'ObjectPattern' || holder.id.type === 'ArrayPattern')
    return destructured(holder.id, sourceCode);
  if (holder.id.type !== 'Identifier' || isUnknown(holder.id)) return undefined;
  const variable = variableOf(holder.id, sourceCode);
  if (variable === undefined) return undefined;
  const nodes = variable.references.filter(({ init }) => init !== true).map(({ identifier }) => identifier as Node);
  if (nodes.some((node) => isChecked(node, sourceCode, parsers))) return undefined;
  for (const node of nodes) {
    const use = propertyOf(wrapped(node), sourceCode);
    if (use !== undefined) return use;
  }
  return undefined;
}

function propertyOf(value: Node, sourceCode: SourceCode): PropertyUse | undefined {
  const parent = parentOf(value);
  if (parent?.type === 'VariableDeclarator' && parent.init === value && parent.id.type === 'ObjectPattern')
    return destructured(parent.id, sourceCode);
  if (parent?.type !== 'MemberExpression' || parent.object !== value) return undefined;
  const use = parentOf(parent);
  // Writing or deleting a property trusts nothing, and neither does asking for the keys that are there.
  if (use?.type === 'AssignmentExpression' && use.left === parent) return undefined;
  if (use?.type === 'UnaryExpression' && use.operator === 'delete') return undefined;
  if (parent.computed && isOwnKey(parent.property, value, sourceCode)) return undefined;
  return { node: parent, property: keyName(parent) ?? sourceCode.getText(parent.property) };
}

/** `key` of `for (const key in data)` and `for (const key of Object.keys(data))`. */
function isOwnKey(key: Node, value: Node, sourceCode: SourceCode): boolean {
  const variable = key.type === 'Identifier' ? variableOf(key, sourceCode) : undefined;
  const declaration = variable?.defs[0]?.type === 'Variable' ? variable.defs[0].parent : undefined;
  const loop = declaration && parentOf(declaration);
  if (loop?.type === 'ForInStatement') return sourceCode.getText(loop.right) === sourceCode.getText(value);
  if (loop?.type !== 'ForOfStatement' || loop.right.type !== 'CallExpression') return false;
  const [of] = loop.right.arguments;
  return (
    dottedName(loop.right.callee) === 'Object.keys' &&
    of !== undefined &&
    sourceCode.getText(of) === sourceCode.getText(value)
  );
}

function destructured(
  pattern: NodeOf<'ObjectPattern' | 'ArrayPattern'>,
  sourceCode: SourceCode,
): PropertyUse | undefined {
  if (pattern.type === 'ArrayPattern') return { node: pattern, property: '0' };
  const [first] = pattern.properties;
  if (first === undefined) return undefined;
  return {
    node: pattern,
    property: first.type === 'Property' ? (keyName(first) ?? sourceCode.getText(first.key)) : sourceCode.getText(first),
  };
}

/** TypeScript asks for a check of what is `unknown`. */
function isUnknown(id: NodeOf<'Identifier'>): boolean {
  const annotated = id as { typeAnnotation?: { typeAnnotation?: { type: string } } };
  return annotated.typeAnnotation?.typeAnnotation?.type === 'TSUnknownKeyword';
}

/** Whether this use checks the value: a parser sees it, or the code asks for its shape. */
function isChecked(identifier: Node, sourceCode: SourceCode, parsers: RegExp): boolean {
  for (let at = identifier, parent = parentOf(at); parent !== undefined; at = parent, parent = parentOf(at)) {
    if (parent.type === 'CallExpression' && parent.callee !== at) {
      const name = lastName(parent.callee) ?? '';
      if (parsers.test(name) || shapeChecks.has(name)) return true;
    }
    if (parent.type === 'UnaryExpression' && parent.operator === 'typeof') return true;
    if (
      parent.type === 'BinaryExpression' &&
      (parent.operator === 'instanceof' || (parent.operator === 'in' && parent.right === at))
    )
      return true;
    if (parent.type === 'IfStatement') return parent.test === at && leaves(parent.consequent, sourceCode);
    if (/Statement$|Declaration$|Function/u.test(kindOf(parent))) return false;
  }
  return false;
}

/** `const { name } = data;` and `const name = data.name;` where the code then asks what `name` is. */
function isCheckedThen(use: Node, sourceCode: SourceCode, parsers: RegExp): boolean {
  const declarator = parentOf(wrapped(use));
  if (declarator?.type !== 'VariableDeclarator') return false;
  return sourceCode
    .getDeclaredVariables(declarator)
    .some(({ references }) =>
      references.some(({ identifier, init }) => init !== true && isChecked(identifier as Node, sourceCode, parsers)),
    );
}

/** `if (!data.name) throw …` */
function leaves(node: Node, sourceCode: SourceCode): boolean {
  return contains(
    node,
    sourceCode,
    (at) => at.type === 'ThrowStatement' || at.type === 'ReturnStatement' || at.type === 'ContinueStatement',
  );
}

function isForeign(call: NodeOf<'CallExpression'>, sourceCode: SourceCode): boolean {
  const callee = unwrap(call.callee);
  const root = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined;
  if (root?.type === 'Identifier' && root.name === 'JSON' && !isGlobal(root, sourceCode)) return false;
  return call.arguments[0] !== undefined && !isOwnText(call.arguments[0], sourceCode);
}

/** Whether a condition before the use names the variable. */
function isGuarded(use: Node, variable: string, sourceCode: SourceCode): boolean {
  return contains(sourceCode.ast, sourceCode, (node) => {
    if (node.type !== 'MemberExpression' || rangeOf(node)[0] >= rangeOf(use)[0] || dottedName(node) !== variable)
      return false;
    const parent = parentOf(wrapped(node));
    if (parent?.type === 'AssignmentExpression') return parent.left === node;
    return parent !== undefined && /^(?:If|Logical|Conditional|Unary|Binary)/u.test(parent.type);
  });
}
