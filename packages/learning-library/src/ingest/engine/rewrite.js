/**
 * @typedef {import('./term.js').Term} Term
 * @typedef {import('./term.js').Recipe} Recipe
 * @typedef {import('./term.js').Applied} Applied
 * @typedef {import('./term.js').TemplatePart} TemplatePart
 * @typedef {import('./match.js').Bindings} Bindings
 * @typedef {{ start: number, end: number, text: string }} Edit
 */

/**
 * Makes what applies a recipe to a file: it writes only what changes. Its text goes into generated modules, so it refers to nothing
 * outside but what it is given.
 *
 * @param {ReturnType<import('./match.js').makeMatcher>} matcher
 * @param {ReturnType<import('./scope.js').makeScopes>} scopes
 * @param {ReturnType<import('./safety.js').makeSafety>} safety
 * @returns {(recipe: Recipe, program: Term) => Applied}
 */
export function makeRewriter(matcher, scopes, safety) {
  const { match, concretes } = matcher;
  const { isLocal, moduleNames, childrenOf } = scopes;
  const { taken, isPlain, has, isModule, isCommonJs, isClosed, isTight, isMisread, hasComment } = safety;

  return function apply(recipe, program) {
    const { source } = program;
    const eol = /\r\n/.test(source) ? '\r\n' : '\n';
    /** @type {Edit[]} */
    let edits = [];
    /** @type {{ start: number, reason: string }[]} */
    const declined = [];
    /** @type {{ start: number, end: number }[]} */
    const matches = [];
    /** @type {Set<string>} */
    const missing = new Set();
    visit(program);
    if (matches.length > 0) for (const text of missing) edits.push(declare(program, text, eol));
    return { output: splice(0, source.length), changes: matches.length, declined, matches };

    /** @param {Term} term */
    function visit(term) {
      // What is inside comes first, so that what a hole took is written as it has become.
      for (const child of childrenOf(term)) visit(child);
      const bindings = match(recipe.before, term);
      if (bindings === undefined || isDone(recipe, term, bindings)) return;
      const reason = objection(term, bindings);
      if (reason !== undefined) {
        if (reason !== '') declined.push({ start: term.start, reason });
        return;
      }
      /** @type {Edit[]} */
      const made = [];
      for (const operation of recipe.operations) {
        const edit = perform(operation, bindings, made);
        if (typeof edit === 'string') {
          declined.push({ start: term.start, reason: edit });
          return;
        }
        made.push(edit);
      }
      for (const { declaration, name } of recipe.needs)
        if (declaration !== null && !moduleNames(program).has(name)) missing.add(declaration);
      for (const edit of made) {
        edits = edits.filter(({ start, end }) => start < edit.start || end > edit.end || edit.start === edit.end);
        edits.push(edit);
      }
      matches.push({ start: term.start, end: term.end });
    }

    /**
     * @param {Term} term
     * @param {Bindings} bindings
     * @returns {string | undefined} why it is left alone; nothing to tell where it is simply something else
     */
    function objection(term, bindings) {
      for (const [pattern, place] of concretes(recipe.before, bindings)) {
        const name = place.value;
        if (pattern.scope === 'module' && isLocal(name, place)) return `${name} is declared inside`;
        if (pattern.scope === 'local' && !isLocal(name, place)) return '';
      }
      for (const name of recipe.names) if (isLocal(name, term)) return `${name} is declared inside`;
      for (const hole of recipe.plain)
        if (!taken(hole, bindings).every(isPlain))
          return 'what would be evaluated more or less often may have an effect';
      for (const { hole, types } of recipe.forbids)
        if (taken(hole, bindings).some((part) => has(part, types)))
          return 'a part would lose its meaning in a function';
      for (const { name, declaration } of recipe.needs) {
        if (moduleNames(program).has(name)) continue;
        if (declaration === null) return `${name} is not declared`;
        if (/^import\b/.test(declaration) ? isCommonJs(program) : isModule(program))
          return `${name} would have to be loaded in another way`;
      }
      return undefined;
    }

    /**
     * @param {import('./term.js').Operation} operation
     * @param {Bindings} bindings
     * @param {readonly Edit[]} made by the operations before
     * @returns {Edit | string} a string says why not
     */
    function perform(operation, bindings, made) {
      const node = bindings.at.get(operation.at);
      if (node === undefined || node.start < 0) return 'the place cannot be told';
      if (operation.do === 'token') {
        const text = source.slice(node.start, node.end);
        const inner = childrenOf(node).map(({ start, end }) => ({ start: start - node.start, end: end - node.start }));
        let at = text.indexOf(operation.from);
        while (at >= 0 && inner.some(({ start, end }) => at >= start && at < end))
          at = text.indexOf(operation.from, at + 1);
        if (at < 0 || hasComment(node, childrenOf(node))) return 'a comment stands in the way';
        return { start: node.start + at, end: node.start + at + operation.from.length, text: operation.to };
      }
      if (operation.do === 'delete') return removal(node);
      if (operation.do === 'insert') return insertion(operation, node, bindings, made);
      const taken = [...bindings.holes.values(), ...[...bindings.rests.values()].flat()].filter(
        (term) => term.start >= node.start && term.end <= node.end,
      );
      if (hasComment(node, taken)) return 'a comment stands in the way';
      const text = write(operation.with, bindings, node);
      if (text === undefined) return 'a part cannot be told';
      const type = operation.type ?? typeOf(operation.with, bindings);
      const isBracketed = (!isClosed({ type }) && isTight(node)) || isMisread(type, text, node);
      return { start: node.start, end: node.end, text: isBracketed ? `(${text})` : text };
    }

    /**
     * @param {readonly TemplatePart[]} parts
     * @param {Bindings} bindings
     * @returns {string} of what a hole took that is all there is to write
     */
    function typeOf([part], { holes }) {
      return (typeof part === 'object' && 'hole' in part && holes.get(part.hole)?.type) || '';
    }

    /**
     * @param {Extract<import('./term.js').Operation, { do: 'insert' }>} operation
     * @param {Term} node
     * @param {Bindings} bindings
     * @param {readonly Edit[]} made
     * @returns {Edit | string}
     */
    function insertion({ list, next, with: parts, keys }, node, bindings, made) {
      const items = /** @type {readonly Term[]} */ (node.fields[list] ?? []);
      for (const item of items) {
        const key = item.fields['key'] ?? item.fields['name'];
        if (
          keys.length > 0 &&
          item.type === 'Property' &&
          key !== undefined &&
          keys.includes(/** @type {Term} */ (key).value.replace(/^s/, ''))
        )
          return `${/** @type {Term} */ (key).value} is there already`;
        if (keys.length > 0 && /^(SpreadElement|JSXSpreadAttribute)$/.test(item.type))
          return 'what is spread may have it already';
      }
      const text = write(parts, bindings, node);
      if (text === undefined) return 'a part cannot be told';
      const statements = list === 'body';
      const neighbour = neighbourOf(next, bindings) ?? items.at(-1);
      if (neighbour === undefined) {
        if (statements) return 'there is no statement to put it beside';
        if (list === 'params') return 'there is no parameter to put it beside';
        // `new Name` has no brackets.
        if (!/[)\]}]$/.test(source.slice(node.start, node.end))) return 'there is no list to put it in';
        const at = node.end - 1;
        const isFirst = !made.some(({ start, end }) => start === at && end === at);
        return { start: at, end: at, text: isFirst ? text : `, ${text}` };
      }
      if (neighbour.start < 0) return 'the place cannot be told';
      const side = next === null ? 'after' : next.side;
      const indent = indentOf(neighbour.start);
      const startsLine = source.slice(lineStart(neighbour.start), neighbour.start).trim() === '';
      const separator = statements
        ? eol + indent
        : list === 'attributes'
          ? startsLine
            ? eol + indent
            : ' '
          : startsLine
            ? `,${eol}${indent}`
            : ', ';
      if (side === 'after') {
        const { end } = withBrackets(neighbour, node);
        return { start: end, end, text: separator + text };
      }
      const { start } = withBrackets(neighbour, node);
      return { start, end: start, text: text + (statements && text === '' ? '' : separator) };
    }

    /**
     * @param {{ readonly to: number | { readonly rest: number }, readonly side: 'before' | 'after' } | null} next
     * @param {Bindings} bindings
     */
    function neighbourOf(next, bindings) {
      if (next === null) return undefined;
      if (typeof next.to === 'number') return bindings.at.get(next.to);
      const taken = bindings.rests.get(next.to.rest) ?? [];
      return next.side === 'after' ? taken.at(-1) : taken[0];
    }

    /**
     * An element with the brackets around it, which belong to no node.
     *
     * @param {Term} item
     * @param {Term} node the one whose list it is in
     */
    function withBrackets(item, node) {
      let { start, end } = item;
      const starts = [];
      for (let at = start - 1; at >= node.start && /[\s(]/.test(source.charAt(at)); at--)
        if (source.charAt(at) === '(') starts.push(at);
      // The first bracket before the first argument is that of the call.
      const [first] = Object.values(node.fields)
        .flat()
        .filter(({ slot }) => slot === item.slot);
      if (/^(arguments|params)$/.test(item.slot) && first === item) starts.pop();
      for (let at = end; starts.length > 0 && /[\s)]/.test(source.charAt(at)); at++)
        if (source.charAt(at) === ')') {
          start = starts.shift() ?? start;
          end = at + 1;
        }
      return { start, end };
    }

    /**
     * @param {Term} node
     * @returns {Edit | string}
     */
    function removal(node) {
      const { parent } = node;
      const siblings = parent?.fields[node.slot];
      if (parent === undefined || !Array.isArray(siblings)) return 'it is not in a list';
      if (node.slot === 'body') {
        const start = lineStart(node.start);
        const next = source.indexOf('\n', node.end);
        const end = next < 0 ? source.length : next + 1;
        const isAlone = source.slice(start, node.start).trim() === '' && source.slice(node.end, end).trim() === '';
        return isAlone ? { start, end, text: '' } : { start: node.start, end: node.end, text: '' };
      }
      const index = siblings.indexOf(node);
      const [previous, next] = [siblings[index - 1], siblings[index + 1]];
      const { start, end } = withBrackets(node, parent);
      if (next !== undefined) return { start, end: withBrackets(next, parent).start, text: '' };
      if (previous !== undefined) return { start: withBrackets(previous, parent).end, end, text: '' };
      return { start, end, text: '' };
    }

    /**
     * @param {readonly TemplatePart[]} parts
     * @param {Bindings} bindings
     * @param {Term} place
     */
    function write(parts, bindings, place) {
      let text = '';
      const indent = indentOf(place.start);
      for (const part of parts) {
        if (typeof part === 'string') {
          text += part.replace(/\n/g, eol + indent);
          continue;
        }
        if ('hole' in part) {
          const term = bindings.holes.get(part.hole);
          if (term === undefined || term.start < 0) return undefined;
          const own = splice(term.start, term.end);
          // Its commas would separate what is none of its own.
          const isList = term.type === 'SequenceExpression';
          text += isList || (part.tight && !isClosed(term)) ? `(${own})` : own;
          continue;
        }
        const terms = bindings.rests.get(part.rest) ?? [];
        const [first, last] = [terms[0], terms.at(-1)];
        if (first === undefined || last === undefined) continue;
        if (first.start < 0 || last.start < 0) return undefined;
        const [from, to] = [first, last].map((term) =>
          term.parent === undefined ? term : withBrackets(term, term.parent),
        );
        text += part.before + splice(from?.start ?? 0, to?.end ?? 0) + part.after;
      }
      return text;
    }

    /**
     * The text of a range as the edits so far leave it.
     *
     * @param {number} start
     * @param {number} end
     */
    function splice(start, end) {
      let text = '';
      let at = start;
      const inside = edits.filter((edit) => edit.start >= start && edit.end <= end);
      inside.sort((a, b) => a.start - b.start || a.end - b.end);
      for (const edit of inside) {
        text += source.slice(at, edit.start) + edit.text;
        at = edit.end;
      }
      return text + source.slice(at, end);
    }

    /** @param {number} offset */
    function lineStart(offset) {
      return source.lastIndexOf('\n', offset - 1) + 1;
    }

    /** @param {number} offset */
    function indentOf(offset) {
      return /^[ \t]*/.exec(source.slice(lineStart(offset), offset))?.[0] ?? '';
    }
  };

  /**
   * Whether the place is what the recipe writes: then it is left alone, or it would be wrapped again and again.
   *
   * @param {Recipe} recipe
   * @param {Term} term
   * @param {Bindings} bindings
   */
  function isDone({ after }, term, bindings) {
    if (after === null) return false;
    if (match(after, term) !== undefined) return true;
    let levels = 12;
    for (let outer = term.parent; outer !== undefined && levels > 0; outer = outer.parent, levels--) {
      const found = match(after, outer);
      if (found === undefined) continue;
      const same = [...bindings.holes].every(([hole, bound]) => {
        const other = found.holes.get(hole);
        return other === undefined || other.key === bound.key;
      });
      const inHole = [...found.holes.values()].some(
        (bound) => bound.start <= term.start && bound.end >= term.end && bound.start >= 0,
      );
      if (same && !inHole) return true;
    }
    return false;
  }

  /**
   * @param {Term} program
   * @param {string} text
   * @param {string} eol
   * @returns {Edit}
   */
  function declare(program, text, eol) {
    const body = /** @type {readonly Term[]} */ (program.fields['body']);
    const isRequire = (/** @type {Term} */ term) =>
      term.type === 'VariableDeclaration' &&
      /\brequire\(/.test(term.source.slice(term.start, term.end)) &&
      term.end - term.start < 400;
    const imports = body.filter((term) => term.type === 'ImportDeclaration' || isRequire(term));
    const last =
      imports.at(-1) ??
      body.findLast(
        (term) =>
          term.type === 'ExpressionStatement' && /** @type {Term} */ (term.fields['expression']).type === 'Literal',
      );
    if (last !== undefined) return { start: last.end, end: last.end, text: eol + text };
    const shebang = /^#!.*\r?\n/.exec(program.source)?.[0].length ?? 0;
    return { start: shebang, end: shebang, text: text + eol };
  }
}
