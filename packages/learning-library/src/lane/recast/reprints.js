/**
 * @typedef {import('./known-recast.js').FastPath} FastPath
 * @typedef {{ readonly newPath: FastPath, readonly oldPath: FastPath }} Reprint
 */

const { toString } = Object.prototype;

/** @param {unknown} value */
const isPlain = (value) => toString.call(value) === '[object Object]';

/** No node hangs on these. @param {string} key @param {boolean} isFile */
const isPassedOver = (key, isFile) => key === 'loc' || key.charCodeAt(0) === 95 || (isFile && key === 'tokens');

/**
 * Makes what finds the places of a tree that differ from the one that was parsed, as recast does to print only those anew: the same places
 * in the same order. recast collects the names of all fields of every node into an object, and asks ast-types for the value of each; here,
 * what is the same is passed over with one look.
 *
 * @param {import('./known-recast.js').Recast} recast
 * @param {(node: any) => import('./kinds.js').Kind | undefined} kindOf
 * @returns {(newPath: FastPath) => Reprint[] | undefined} undefined where the node must be printed as a whole
 */
export function makeFindReprints({ types, FastPath }, kindOf) {
  const { getFieldValue } = types;

  /**
   * Whether a value is in itself.
   *
   * @param {any[]} stack
   * @param {unknown} value its last entry
   */
  const isDuplicate = (stack, value) => {
    if (typeof value !== 'object' || value === null) return stack.lastIndexOf(value, stack.length - 2) >= 0;
    for (let at = stack.length - 3; at >= 0; at -= 2) if (stack[at] === value) return true;
    return false;
  };

  class Comparison {
    /** @type {Reprint[]} */
    reprints = [];

    /** @param {FastPath} newPath @param {FastPath} oldPath */
    constructor(newPath, oldPath) {
      this.newPath = newPath;
      this.oldPath = oldPath;
      this.isInFunctionType = newPath.stack.some((value) => value?.type === 'FunctionTypeAnnotation');
    }

    /**
     * A field or an item. `owner` is the node that it belongs to.
     *
     * @param {string | number} name
     * @param {any} now an object
     * @param {any} then
     * @param {any} owner
     * @returns {boolean}
     */
    step(name, now, then, owner) {
      const newStack = this.newPath.stack;
      const oldStack = this.oldPath.stack;
      newStack.push(name, now);
      oldStack.push(name, then);
      const can = Array.isArray(now) ? this.items(now, then, owner) : isPlain(now) && this.object(now, then, owner);
      newStack.pop();
      newStack.pop();
      oldStack.pop();
      oldStack.pop();
      return can;
    }

    /** @param {any[]} now @param {any} then @param {any} owner */
    items(now, then, owner) {
      if (isDuplicate(this.newPath.stack, now) || isDuplicate(this.oldPath.stack, then)) return true;
      const { length } = now;
      if (!Array.isArray(then) || then.length !== length) return false;
      for (let at = 0; at < length; at += 1) {
        const item = now[at];
        if (item === then[at]) continue;
        if (typeof item !== 'object' || item === null || !this.step(at, item, then[at], owner)) return false;
      }
      return true;
    }

    /** @param {any} now @param {any} then @param {any} owner */
    object(now, then, owner) {
      if (now.original === null || !isPlain(then)) return false;
      if (isDuplicate(this.newPath.stack, now) || isDuplicate(this.oldPath.stack, then)) return true;
      const kind = kindOf(now);
      if (kind === undefined || !kind.isPrintable) return this.children(now, then, kind, owner);
      const was = kindOf(then);
      if (was === undefined || !was.isPrintable) return false;
      if (this.isInFunctionType && this.needsParensAsParameter()) return false;
      if (now.type === then.type) {
        const before = this.reprints.length;
        if (this.children(now, then, kind, kind.isNode ? now : owner)) return true;
        this.reprints.length = before;
        return this.whole(then);
      }
      return kind.isExpression && was.isExpression && this.whole(then);
    }

    /** The node is printed anew, in the place of the old one, if that is known. @param {any} then */
    whole(then) {
      if (!then.loc) return false;
      this.reprints.push({ oldPath: this.oldPath.copy(), newPath: this.newPath.copy() });
      return true;
    }

    needsParensAsParameter() {
      const now = this.newPath.getParentNode();
      const then = this.oldPath.getParentNode();
      if (now?.type !== 'FunctionTypeAnnotation' || then?.type !== 'FunctionTypeAnnotation') return false;
      const needs = (/** @type {any} */ node) => node.params.length !== 1 || !!node.params[0].name;
      return !needs(then) && needs(now);
    }

    /**
     * All fields of an object. `owner` is the object itself if that is a node.
     *
     * @param {any} now
     * @param {any} then
     * @param {import('./kinds.js').Kind | undefined} kind
     * @param {any} owner
     */
    children(now, then, kind, owner) {
      if (now.original === null) return false;
      if (this.mayNeedParens(now, kind, owner) && this.newPath.needsParens() && !this.oldPath.hasParens()) return false;
      const isFile = then.type === 'File' || now.type === 'File';
      const wasInFunctionType = this.isInFunctionType;
      if (now.type === 'FunctionTypeAnnotation') this.isInFunctionType = true;
      const before = this.reprints.length;
      const can = this.fields(now, then, isFile, owner);
      this.isInFunctionType = wasInFunctionType;
      // What stands behind a `return` must begin on its line, so it is printed as a whole.
      return can && !(this.reprints.length > before && kindOf(owner)?.isReturn === true);
    }

    /** @param {any} now @param {any} then @param {boolean} isFile @param {any} owner */
    fields(now, then, isFile, owner) {
      const oldKeys = Object.keys(then);
      const newKeys = Object.keys(now);
      for (let at = 0; at < oldKeys.length; at += 1) {
        const key = /** @type {string} */ (oldKeys[at]);
        if (!isPassedOver(key, isFile) && !this.field(key, now, then, owner)) return false;
      }
      for (let at = 0; at < newKeys.length; at += 1) {
        const key = /** @type {string} */ (newKeys[at]);
        // A copy has its fields in the order of the original.
        if (key === oldKeys[at] || isPassedOver(key, isFile) || Object.hasOwn(then, key)) continue;
        if (!this.field(key, now, then, owner)) return false;
      }
      return true;
    }

    /** @param {string} key @param {any} now @param {any} then @param {any} owner */
    field(key, now, then, owner) {
      let value = now[key];
      let old = then[key];
      if (value === undefined) value = getFieldValue(now, key);
      if (old === undefined) old = getFieldValue(then, key);
      if (value === old) return true;
      return typeof value === 'object' && value !== null && this.step(key, value, old, owner);
    }

    /**
     * Whether recast has to be asked if this needs parentheses.
     *
     * @param {any} now
     * @param {import('./kinds.js').Kind | undefined} kind
     * @param {any} owner
     */
    mayNeedParens(now, kind, owner) {
      if (owner.type === 'AssignmentExpression') return true;
      if (now !== owner || kind === undefined || kind.parens === 'never') return false;
      if (kind.parens === 'ask' || now.extra?.parenthesized) return true;
      const { stack } = this.newPath;
      const name = stack[stack.length - 2];
      return name === kind.parens || (name === 'callee' && kind.parens === 'declaration');
    }
  }

  return function findReprints(newPath) {
    const now = newPath.getValue();
    const then = now.original;
    if (now.type !== then.type) return undefined;
    const comparison = new Comparison(newPath, new FastPath(then));
    const kind = kindOf(now);
    const owner = kind?.isNode === true ? now : (newPath.getNode() ?? now);
    return comparison.children(now, then, kind, owner) ? comparison.reprints : undefined;
  };
}
