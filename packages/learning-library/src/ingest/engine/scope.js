/**
 * @typedef {import('./term.js').Term} Term
 */

/**
 * Makes what tells where names are declared. It takes a name as declared in the whole of a function that declares it anywhere: rather
 * too often than too seldom. Its text goes into generated modules, so it refers to nothing outside.
 *
 * @returns {{
 *   isLocal: (name: string, place: Term) => boolean,
 *   moduleNames: (place: Term) => ReadonlySet<string>,
 *   isReference: (term: Term) => boolean,
 *   childrenOf: (term: Term) => readonly Term[],
 * }}
 */
export function makeScopes() {
  /** @type {WeakMap<Term, ReadonlySet<string>>} */
  const declared = new WeakMap();
  return { isLocal, moduleNames, isReference, childrenOf };

  /** @param {Term} term */
  function childrenOf(term) {
    return Object.values(term.fields).flat();
  }

  /** @param {Term} term */
  function isFunction(term) {
    return /Function(Expression|Declaration)$|^TSDeclareFunction$/.test(term.type);
  }

  /**
   * Whether the name, said at the place, means something that a function, class or block around it declares.
   *
   * @param {string} name
   * @param {Term} place
   */
  function isLocal(name, place) {
    for (let term = place.parent; term !== undefined && term.type !== 'Program'; term = term.parent) {
      const opens =
        isFunction(term) ||
        /^(BlockStatement|StaticBlock|For\w*Statement|SwitchStatement|CatchClause|ClassExpression)$/.test(term.type);
      if (opens && namesOf(term).has(name)) return true;
    }
    return false;
  }

  /** @param {Term} place */
  function moduleNames(place) {
    let top = place;
    while (top.parent !== undefined) top = top.parent;
    return namesOf(top);
  }

  /** @param {Term} scope */
  function namesOf(scope) {
    let names = declared.get(scope);
    if (names === undefined) declared.set(scope, (names = readNames(scope)));
    return names;
  }

  /** @param {Term} scope */
  function readNames(scope) {
    /** @type {Set<string>} */
    const names = new Set();
    const id = scope.fields['id'];
    if (/Expression$/.test(scope.type) && id !== undefined && !Array.isArray(id))
      binding(/** @type {Term} */ (id), names);
    const params = scope.fields['params'] ?? scope.fields['param'];
    if (params !== undefined) for (const param of [params].flat()) binding(param, names);
    const isModule = scope.type === 'Program';
    const open = [...childrenOf(scope)];
    for (let term = open.pop(); term !== undefined; term = open.pop()) {
      const own = term.fields['id'];
      if (/^(VariableDeclarator|FunctionDeclaration|ClassDeclaration)$/.test(term.type) && own !== undefined)
        binding(/** @type {Term} */ (own), names);
      if (/^Import\w*Specifier$/.test(term.type)) binding(/** @type {Term} */ (term.fields['local']), names);
      if (term.type === 'TS' && isModule) {
        const alias = /^(?:export )?(?:declare )?(?:import|enum|const enum|namespace|interface|type) ([\w$]+)/.exec(
          term.value,
        );
        if (alias?.[1] !== undefined) names.add(alias[1]);
      }
      if (isFunction(term) || /^Class(Declaration|Expression)$/.test(term.type)) continue;
      // What a block on top declares is not declared on top.
      if (
        isModule &&
        /^(BlockStatement|For\w*Statement|SwitchStatement|TryStatement|WhileStatement|DoWhileStatement)$/.test(
          term.type,
        )
      )
        continue;
      open.push(...childrenOf(term));
    }
    return names;
  }

  /**
   * @param {Term} target
   * @param {Set<string>} names
   */
  function binding(target, names) {
    if (target.type === 'Identifier') names.add(target.value.split(' ', 1)[0] ?? '');
    else if (target.type === 'AssignmentPattern') binding(/** @type {Term} */ (target.fields['left']), names);
    else if (target.type === 'Property') binding(/** @type {Term} */ (target.fields['value']), names);
    else if (target.type === 'TS') for (const word of target.value.split(/[^\w$]+/)) names.add(word);
    else if (/^(ObjectPattern|ArrayPattern|RestElement)$/.test(target.type))
      for (const child of childrenOf(target)) binding(child, names);
  }

  /**
   * Whether a name refers to what is declared under it, and is no name of a property, a label or a declaration.
   *
   * @param {Term} term
   */
  function isReference(term) {
    const { parent, slot } = term;
    if (term.type !== 'Identifier' || parent === undefined) return false;
    const isComputed = / ?computed/.test(parent.value);
    if (slot === 'property' && parent.type === 'MemberExpression') return isComputed;
    if (slot === 'key') return isComputed;
    if (/^(Import|Export)\w*Specifier$/.test(parent.type)) return false;
    if (slot === 'label' || parent.type === 'MetaProperty' || parent.type === 'ImportAttribute') return false;
    if (slot === 'id' || slot === 'params' || slot === 'param') return false;
    for (let at = term; at.parent !== undefined; at = at.parent) {
      if (/^(ObjectPattern|ArrayPattern|RestElement)$/.test(at.parent.type)) return false;
      if (!/^(Property|AssignmentPattern)$/.test(at.parent.type) || at.slot === 'right') break;
    }
    return true;
  }
}
