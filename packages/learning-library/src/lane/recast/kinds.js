/**
 * What the type of a node says about it.
 *
 * @typedef {object} Kind
 * @property {boolean} isNode
 * @property {boolean} isPrintable
 * @property {boolean} isExpression
 * @property {boolean} isReturn
 * @property {'never' | 'callee' | 'object' | 'declaration' | 'ask'} parens the field in which it may need parentheses, where nothing else is said; or recast must be asked
 */

/** More than the field that they are in decides about their parentheses. */
const asked = [
  'UnaryExpression',
  'UpdateExpression',
  'BinaryExpression',
  'LogicalExpression',
  'SequenceExpression',
  'OptionalIndexedAccessType',
  'IntersectionTypeAnnotation',
  'UnionTypeAnnotation',
  'YieldExpression',
  'AwaitExpression',
  'AssignmentExpression',
  'ConditionalExpression',
  'ArrowFunctionExpression',
  'TSAsExpression',
];

/** These need them where a statement begins with them. */
const unfitAsFirst = ['FunctionExpression', 'ObjectExpression', 'ClassExpression'];

/**
 * Makes what tells the kind of a node, once for every type: ast-types works it out anew with each question.
 *
 * @param {import('./known-recast.js').Recast['types']} types
 * @returns {(node: any) => Kind | undefined} undefined for what has no type, or one that ast-types does not know
 */
export function makeKindOf(types) {
  const { namedTypes } = types;
  /** @type {Map<string, Kind>} */
  const kinds = new Map();

  /** @param {string} type @returns {Kind} */
  const read = (type) => {
    const is = (/** @type {string} */ name) => /** @type {any} */ (namedTypes)[name].check({ type });
    const mayNeed = () => {
      if (is('Statement') || type === 'Identifier') return 'never';
      if (asked.includes(type) || unfitAsFirst.some(is)) return 'ask';
      if (type === 'CallExpression') return 'declaration';
      return ['Literal', 'NumericLiteral', 'SpreadElement', 'SpreadProperty'].includes(type) ? 'object' : 'callee';
    };
    return {
      isNode: is('Node'),
      isPrintable: is('Printable'),
      isExpression: is('Expression'),
      isReturn: is('ReturnStatement'),
      parens: mayNeed(),
    };
  };

  return function kindOf(node) {
    const type = node.type;
    if (typeof type !== 'string') return undefined;
    let kind = kinds.get(type);
    if (kind === undefined) {
      // A type that a codemod defines later must be seen then.
      if (!Object.hasOwn(namedTypes, type)) return undefined;
      kind = read(type);
      kinds.set(type, kind);
    }
    return kind;
  };
}
