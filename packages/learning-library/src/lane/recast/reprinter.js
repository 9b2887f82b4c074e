/*
 * Parts of this file follow lib/patcher.ts of recast, which comes with this notice:
 *
 * Copyright (c) 2012 Ben Newman <bn@cs.stanford.edu>
 *
 * Permission is hereby granted, free of charge, to any person obtaining
 * a copy of this software and associated documentation files (the
 * "Software"), to deal in the Software without restriction, including
 * without limitation the rights to use, copy, modify, merge, publish,
 * distribute, sublicense, and/or sell copies of the Software, and to
 * permit persons to whom the Software is furnished to do so, subject to
 * the following conditions:
 *
 * The above copyright notice and this permission notice shall be
 * included in all copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND,
 * EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
 * MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT.
 * IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
 * CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT,
 * TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
 * SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */

/**
 * @typedef {import('./known-recast.js').FastPath} FastPath
 */

const wordCharacter = /[0-9a-z_$]/i;

/**
 * Makes what prints a node by patching the text that it was parsed from. After `getReprinter` of recast, with another way to
 * find what has changed.
 *
 * @param {import('./known-recast.js').Recast} recast
 * @param {(node: any) => import('./kinds.js').Kind | undefined} kindOf
 * @param {ReturnType<typeof import('./reprints.js').makeFindReprints>} findReprints
 * @returns {import('./known-recast.js').Recast['patcher']['getReprinter']}
 */
export function makeGetReprinter({ types, patcher: { Patcher }, lines: { concat } }, kindOf, findReprints) {
  /** @type {any} */
  const SourceLocation = types.namedTypes['SourceLocation'];
  const isPrintable = (/** @type {any} */ node) =>
    typeof node === 'object' && node !== null && kindOf(node)?.isPrintable === true;

  return function getReprinter(path) {
    const node = path.getValue();
    if (!isPrintable(node)) return undefined;
    const { original } = node;
    const lines = original?.loc?.lines;
    if (!lines) return undefined;
    if (!isPrintable(original)) throw new TypeError('The original of a node is no node.');
    const reprints = findReprints(path);
    if (reprints === undefined) return undefined;

    return (print) => {
      const patcher = new Patcher(lines);
      for (const { newPath, oldPath } of reprints) {
        const now = newPath.getValue();
        const then = oldPath.getValue();
        SourceLocation.assert(then.loc, true);
        const includeComments = !patcher.tryToReprintComments(now, then, print);
        if (includeComments) patcher.deleteComments(then);
        // The parentheses that are around the old node are there for the new one.
        const avoidRootParens = then.type === now.type && oldPath.hasParens();
        const text = print(newPath, { includeComments, avoidRootParens }).indentTail(then.loc.indent);
        const isJoinedBefore = joinsBefore(lines, then.loc, text);
        const isJoinedBehind = joinsBehind(lines, then.loc, text);
        const apart = [...(isJoinedBefore ? [' '] : []), text, ...(isJoinedBehind ? [' '] : [])];
        patcher.replace(then.loc, apart.length === 1 ? text : concat(apart));
      }
      const patched = patcher.get(original.loc).indentTail(-original.loc.indent);
      return path.needsParens() ? concat(['(', patched, ')']) : patched;
    };
  };
}

/** Whether a word would become one with the word before it. @param {any} lines @param {any} loc @param {any} text */
function joinsBefore(lines, loc, text) {
  const before = { line: loc.start.line, column: loc.start.column };
  const last = lines.prevPos(before) && lines.charAt(before);
  const first = text.charAt(text.firstPos());
  return last && wordCharacter.test(last) && first && wordCharacter.test(first);
}

/** Whether a word would become one with the word behind it. @param {any} lines @param {any} loc @param {any} text */
function joinsBehind(lines, loc, text) {
  const next = lines.charAt(loc.end);
  const end = text.lastPos();
  const last = text.prevPos(end) && text.charAt(end);
  return last && wordCharacter.test(last) && next && wordCharacter.test(next);
}
