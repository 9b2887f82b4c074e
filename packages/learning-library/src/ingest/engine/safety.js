/**
 * @typedef {import('./term.js').Term} Term
 * @typedef {import('./match.js').Bindings} Bindings
 */

/**
 * Makes what tells whether a text can be put somewhere without another meaning. Its text goes into generated modules, so it refers to
 * nothing outside but what it is given.
 *
 * @param {ReturnType<import('./scope.js').makeScopes>} scopes
 * @returns {{
 *   taken: (hole: number, bindings: Bindings) => readonly Term[],
 *   isPlain: (term: Term) => boolean,
 *   has: (term: Term, types: readonly string[]) => boolean,
 *   isModule: (program: Term) => boolean,
 *   isCommonJs: (program: Term) => boolean,
 *   isClosed: (term: Pick<Term, 'type'>) => boolean,
 *   isTight: (term: Term) => boolean,
 *   isMisread: (type: string, text: string, term: Term) => boolean,
 *   hasComment: (node: Term, kept: readonly Term[]) => boolean,
 * }}
 */
export function makeSafety({ childrenOf }) {
  return { taken, isPlain, has, isModule, isCommonJs, isClosed, isTight, isMisread, hasComment };

  /**
   * @param {number} hole
   * @param {Bindings} bindings
   * @returns {readonly Term[]}
   */
  function taken(hole, { holes, rests }) {
    const one = holes.get(hole);
    return one === undefined ? (rests.get(hole) ?? []) : [one];
  }

  /**
   * Whether evaluating a term does nothing.
   *
   * @param {Term} term
   * @returns {boolean}
   */
  function isPlain(term) {
    if (
      /^(Identifier|PrivateIdentifier|Literal|ThisExpression|Super|ArrowFunctionExpression|FunctionExpression|TS|TemplateElement|JSXIdentifier)$/.test(
        term.type,
      )
    )
      return true;
    return (
      /^(MemberExpression|ObjectExpression|ArrayExpression|Property|TemplateLiteral|BinaryExpression|LogicalExpression|ConditionalExpression|TSAsExpression|TSNonNullExpression)$/.test(
        term.type,
      ) && childrenOf(term).every(isPlain)
    );
  }

  /**
   * @param {Term} term
   * @param {readonly string[]} types
   * @returns {boolean}
   */
  function has(term, types) {
    if (types.includes(term.type) || (term.type === 'Identifier' && types.includes(`name ${term.value}`))) return true;
    if (/^Function|^Class/.test(term.type)) return false;
    const inner =
      term.type === 'ArrowFunctionExpression' ? types.filter((type) => !/^(Await|Yield)/.test(type)) : types;
    return inner.length > 0 && childrenOf(term).some((child) => has(child, inner));
  }

  /** @param {Term} program */
  function isModule(program) {
    return /** @type {readonly Term[]} */ (program.fields['body']).some(({ type }) => /^(Import|Export)/.test(type));
  }

  /** @param {Term} program */
  function isCommonJs(program) {
    return !isModule(program) && /\brequire\s*\(|\bmodule\.exports\b|\bexports\./.test(program.source);
  }

  /**
   * Whether a term keeps its meaning between whatever operators it is put; a sequence is never written without brackets.
   *
   * @param {Pick<Term, 'type'>} term
   */
  function isClosed({ type }) {
    return (
      /^(Identifier|PrivateIdentifier|Literal|SequenceExpression|CallExpression|MemberExpression|ThisExpression|Super|TemplateLiteral|ArrayExpression|ImportExpression|JSX\w+|TS|MetaProperty|NewExpression)$/.test(
        type,
      ) || /(Statement|Declaration|Pattern|Specifier)$/.test(type)
    );
  }

  /**
   * Whether what stands around a term could tear apart what is put in its place.
   *
   * @param {Term} term
   */
  function isTight({ parent, slot, source, start, end }) {
    if (parent === undefined) return false;
    if (/^\s*\)/.test(source.slice(end, end + 50)) && /\(\s*$/.test(source.slice(Math.max(0, start - 50), start)))
      return false;
    return /^(MemberExpression|BinaryExpression|LogicalExpression|UnaryExpression|UpdateExpression|AwaitExpression|TaggedTemplateExpression|TSAsExpression|TSNonNullExpression|SpreadElement|ConditionalExpression)$/.test(
      parent.type,
    )
      ? true
      : slot === 'callee';
  }

  /**
   * Whether an expression would be read as a block or a declaration in the place of a term.
   *
   * @param {string} type
   * @param {string} text
   * @param {Term} term
   */
  function isMisread(type, text, term) {
    if (/(Statement|Declaration)$/.test(type) || !/^(\{|function\b|class\b|async\s+function\b|let\s*\[)/.test(text))
      return false;
    for (let at = term; at.parent !== undefined; at = at.parent) {
      const { parent, slot, source, start } = at;
      if (parent.type === 'ArrowFunctionExpression' && slot === 'body')
        return /^\{/.test(text) && !/\(\s*$/.test(source.slice(parent.start, start));
      if (parent.start !== start) return false;
      if (parent.type === 'ExpressionStatement') return true;
    }
    return false;
  }

  /**
   * Whether there is a comment in a node outside of the terms that stay.
   *
   * @param {Term} node
   * @param {readonly Term[]} kept
   */
  function hasComment(node, kept) {
    const { source } = node;
    /** @type {Term[]} */
    const leaves = [];
    /** @param {Term} term */
    const collect = (term) => {
      if (kept.includes(term) || /^(Literal|TemplateLiteral|JSXText|TS)$/.test(term.type)) leaves.push(term);
      else for (const child of childrenOf(term)) collect(child);
    };
    collect(node);
    leaves.sort((a, b) => a.start - b.start);
    let at = node.start;
    for (const leaf of leaves) {
      if (leaf.start < 0) continue;
      if (/\/[/*]/.test(source.slice(at, leaf.start))) return true;
      at = Math.max(at, leaf.end);
    }
    return /\/[/*]/.test(source.slice(at, node.end));
  }
}
