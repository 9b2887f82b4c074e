/**
 * @typedef {import('jscodeshift').JSCodeshift} JSCodeshift
 * @typedef {import('jscodeshift').ASTPath} Path
 * @typedef {{ type?: unknown, [field: string]: unknown }} Raw
 * @typedef {{ __paths: Path[], constructor: new (paths: Path[], parent: unknown, type: unknown) => unknown }} Collection
 * @typedef {(this: Collection, type: { toString(): string }, filter?: unknown) => unknown} Find
 */

/** Their nodes hang on fields that are hidden from a walk, so jscodeshift's own way is taken for them. */
const comments = new Set([
  'Comment',
  'CommentBlock',
  'CommentLine',
  'Block',
  'Line',
  'Printable',
  'SourceLocation',
  'Position',
]);

/**
 * Replaces the `find` of jscodeshift's collections by one that walks the nodes themselves, and makes paths for what it finds only.
 * It finds the same paths in the same order. jscodeshift's own makes a path for every field of every node, and writes defaults into the fields
 * that are not there, for which recast prints statements with regular expressions anew: that does not happen here.
 *
 * @param {JSCodeshift} j
 * @returns {() => void} puts jscodeshift's own back
 */
export function installFastFind(j) {
  const prototype = /** @type {{ find: { typedRegistrations?: Record<string, Find | false> } }} */ (
    Object.getPrototypeOf(j([]))
  );
  const registrations = prototype.find.typedRegistrations;
  const own = registrations?.['Node'];
  if (registrations === undefined || typeof own !== 'function') return () => undefined;
  const walk = makeWalk(j);
  registrations['Node'] = function find(type, filter) {
    const paths = walk(this.__paths, String(type), filter);
    return paths === undefined ? own.call(this, type, filter) : new this.constructor(paths, this, type);
  };
  return () => {
    registrations['Node'] = own;
  };
}

/** @param {JSCodeshift} j */
function makeWalk(j) {
  const { types } = j;
  /** @type {Map<string, readonly string[] | undefined>} */
  const fields = new Map();
  /** @type {Map<string, ReadonlySet<string> | undefined>} */
  const families = new Map();

  /** @param {string} type */
  const fieldsOf = (type) => {
    if (!fields.has(type)) fields.set(type, readFields(type));
    return fields.get(type);
  };

  /** @param {string} type */
  const readFields = (type) =>
    Object.hasOwn(types.namedTypes, type) ? types.getFieldNames({ type }).filter((name) => name !== 'type') : undefined;

  /**
   * The type and all below it.
   *
   * @param {string} type
   */
  const familyOf = (type) => {
    if (!families.has(type)) {
      const known = Object.hasOwn(types.namedTypes, type) && !comments.has(type);
      const below = known
        ? Object.keys(types.namedTypes).filter((name) => name === type || types.getSupertypeNames(name).includes(type))
        : [];
      families.set(type, known ? new Set(below) : undefined);
    }
    return families.get(type);
  };

  /**
   * @param {readonly Path[]} roots
   * @param {string} type
   * @param {unknown} filter
   * @returns {Path[] | undefined} undefined where only jscodeshift's own way can tell
   */
  return function walk(roots, type, filter) {
    const family = familyOf(type);
    if (family === undefined) return undefined;
    /** @type {Path[]} */
    const found = [];
    // The way from the root to the node that is looked at, and the paths on it as far as they were needed.
    /** @type {(string | number)[]} */
    const names = [];
    /** @type {(Path | undefined)[]} */
    const paths = [];
    let isKnown = true;

    /**
     * @param {Path} root
     * @param {number} depth
     */
    const pathAt = (root, depth) => {
      let from = depth;
      while (from > 0 && paths[from - 1] === undefined) from -= 1;
      let path = from === 0 ? root : /** @type {Path} */ (paths[from - 1]);
      for (let at = from; at < depth; at += 1) {
        path = /** @type {Path} */ (path.get(names[at]));
        paths[at] = path;
      }
      return path;
    };

    /**
     * @param {unknown} value
     * @param {number} depth
     * @param {Path} root
     */
    const visit = (value, depth, root) => {
      if (typeof value !== 'object' || value === null) return;
      if (Array.isArray(value)) {
        for (let index = 0; index < value.length; index += 1) step(value[index], index, depth, root);
        return;
      }
      const node = /** @type {Raw} */ (value);
      const kind = node.type;
      const own = typeof kind === 'string' ? fieldsOf(kind) : undefined;
      if (own === undefined) {
        if (Object.prototype.toString.call(node) !== '[object Object]') return;
        if ('type' in node) isKnown = false;
        else for (const name of Object.keys(node)) step(node[name], name, depth, root);
        return;
      }
      if (
        depth > 0 &&
        family.has(/** @type {string} */ (kind)) &&
        (!filter || j.match(/** @type {any} */ (node), /** @type {any} */ (filter)))
      )
        found.push(pathAt(root, depth));
      for (let at = 0; at < own.length; at += 1) {
        const name = /** @type {string} */ (own[at]);
        // No default of a field that is not there has a node in it.
        step(node[name], name, depth, root);
      }
    };

    /**
     * @param {unknown} value
     * @param {string | number} name
     * @param {number} depth
     * @param {Path} root
     */
    const step = (value, name, depth, root) => {
      if (typeof value !== 'object' || value === null) return;
      names[depth] = name;
      paths[depth] = undefined;
      visit(value, depth + 1, root);
    };

    for (const root of roots) visit(root.value, 0, root);
    return isKnown ? found : undefined;
  };
}
