/** Types whose places recast has to mend. */
const faulty = new Set(['File', 'ForStatement', 'TemplateLiteral', 'ObjectTypeProperty']);

/**
 * Makes what mends the places of a node as recast does, and leaves at once where recast would find nothing to mend.
 *
 * @param {import('./known-recast.js').Recast} recast
 * @returns {(node: any, lines: unknown) => void}
 */
export function makeFixFaultyLocations({ types, util }) {
  const { namedTypes } = types;
  const own = util['fixFaultyLocations'];
  /** @type {Map<string, boolean>} */
  const kinds = new Map();

  /** @param {string} type @returns {boolean} */
  const isFaulty = (type) => {
    const known = kinds.get(type);
    if (known !== undefined) return known;
    const node = { type };
    const is = faulty.has(type) || namedTypes['MethodDefinition'].check(node) || namedTypes['Property'].check(node);
    // A type that a codemod defines later must be seen then.
    if (is || Object.hasOwn(namedTypes, type)) kinds.set(type, is);
    return is;
  };

  return function fixFaultyLocations(node, lines) {
    const { loc, type } = node;
    const isRight = !loc || (loc.start.line >= 1 && loc.end.line >= 1);
    if (isRight && !node.decorators && !node.declaration && !(typeof type === 'string' && isFaulty(type))) return;
    own(node, lines);
  };
}
