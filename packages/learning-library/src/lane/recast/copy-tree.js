import { placeOf, TokenRanges } from './token-ranges.js';

const { toString } = Object.prototype;

/**
 * What recast copies trees with; `ranges` are added here.
 *
 * @typedef {object} TreeCopier
 * @property {any} lines
 * @property {readonly unknown[]} tokens
 * @property {number} startTokenIndex
 * @property {number} endTokenIndex
 * @property {number} indent
 * @property {Map<unknown, unknown>} seen
 * @property {(loc: any) => void} findTokenRange
 * @property {(node: any) => any} copy
 * @property {TokenRanges | 'unordered' | undefined} [ranges]
 */

/**
 * The prototype of recast's copiers, which recast keeps to itself: one is at hand while it copies an array.
 *
 * @param {import('./known-recast.js').Recast} recast
 * @returns {TreeCopier | undefined}
 */
export function copierOf({ parser }) {
  /** @type {unknown} */
  let copier;
  class Body extends Array {
    /** @override @param {any} callback @param {unknown} self */
    forEach(callback, self) {
      copier = self;
      super.forEach(callback, self);
    }
  }
  const place = () => ({ start: { line: 1, column: 0 }, end: { line: 1, column: 0 } });
  const program = { type: 'Program', body: new Body(), directives: [], loc: place() };
  const parse = () => ({ type: 'File', program, tokens: [], comments: [], loc: place() });
  parser.parse('', { parser: { parse } });
  const prototype = copier === undefined ? undefined : Object.getPrototypeOf(copier);
  return typeof prototype?.copy === 'function' && typeof prototype.findTokenRange === 'function'
    ? prototype
    : undefined;
}

/**
 * Has trees copied faster, as recast does it: with a link from each node to its original, and with the tokens of each node.
 *
 * @param {TreeCopier} copier the prototype of recast's
 * @param {(node: any, lines: unknown) => void} fixFaultyLocations
 * @returns {() => void} puts recast's own back
 */
export function installCopy(copier, fixFaultyLocations) {
  const { copy, findTokenRange } = copier;
  copier.findTokenRange = makeFindTokenRange(findTokenRange);
  copier.copy = makeCopy(fixFaultyLocations);
  return () => Object.assign(copier, { copy, findTokenRange });
}

/**
 * @param {TreeCopier['findTokenRange']} own
 * @returns {TreeCopier['findTokenRange']}
 */
function makeFindTokenRange(own) {
  /** @this {TreeCopier} @param {any} loc */
  return function findTokenRange(loc) {
    this.ranges ??= TokenRanges.of(this.tokens) ?? 'unordered';
    const { ranges } = this;
    if (ranges === 'unordered' || this.startTokenIndex >= this.tokens.length) return own.call(this, loc);
    const start = placeOf(loc.start);
    const end = placeOf(loc.end);
    const widest = ranges.widened(end, this.endTokenIndex);
    this.startTokenIndex = ranges.firstFrom(start, this.startTokenIndex, widest);
    loc.start.token = this.startTokenIndex;
    this.endTokenIndex = ranges.behind(end, this.startTokenIndex, widest);
    loc.end.token = this.endTokenIndex;
  };
}

/**
 * @param {(node: any, lines: unknown) => void} fixFaultyLocations
 * @returns {TreeCopier['copy']}
 */
function makeCopy(fixFaultyLocations) {
  /** @this {TreeCopier} @param {any} node */
  return function copy(node) {
    if (typeof node !== 'object' || node === null) return node;
    const known = this.seen.get(node);
    if (known !== undefined) return known;
    if (Array.isArray(node)) {
      const items = node.slice();
      this.seen.set(node, items);
      for (let at = 0; at < node.length; at += 1) {
        const item = node[at];
        if (typeof item === 'object' && item !== null) items[at] = this.copy(item);
      }
      return items;
    }
    if (toString.call(node) !== '[object Object]') return node;
    const { type } = node;
    const before = type === 'ForStatement' ? headOf(node) : undefined;
    fixFaultyLocations(node, this.lines);
    // It moves the ends of what is in the head, which may be those of tokens.
    if (before !== undefined && before !== headOf(node)) this.ranges = undefined;
    const result = Object.create(Object.getPrototypeOf(node));
    Object.defineProperty(result, 'original', {
      value: node,
      configurable: false,
      enumerable: false,
      writable: true,
    });
    this.seen.set(node, result);

    const { loc } = node;
    const { indent } = this;
    if (loc) {
      if (isComment(type) || this.lines.isPrecededOnlyByWhitespace(loc.start)) this.indent = loc.start.column;
      loc.lines = this.lines;
      loc.tokens = this.tokens;
      loc.indent = this.indent;
      this.findTokenRange(loc);
    }
    // Those of the node itself: its next sibling is looked for from there on.
    const { startTokenIndex, endTokenIndex } = this;
    const keys = Object.keys(node);
    for (let at = 0; at < keys.length; at += 1) {
      const key = /** @type {string} */ (keys[at]);
      const value = node[key];
      const isShared =
        typeof value !== 'object' || value === null || key === 'loc' || (key === 'tokens' && type === 'File');
      result[key] = isShared ? value : this.copy(value);
    }
    this.indent = indent;
    this.startTokenIndex = startTokenIndex;
    this.endTokenIndex = endTokenIndex;
    return result;
  };
}

/** @param {unknown} type */
const isComment = (type) => type === 'Block' || type === 'Line' || type === 'CommentBlock' || type === 'CommentLine';

/** Where the parts of the head of a loop end. @param {any} loop */
const headOf = ({ init, test, update }) =>
  [init, test, update].map((part) => (part?.loc ? placeOf(part.loc.end) : '')).join();
