/**
 * @typedef {import('./term.js').Term} Term
 * @typedef {import('./term.js').Pattern} Pattern
 * @typedef {import('./term.js').ConcretePattern} ConcretePattern
 * @typedef {{ readonly holes: Map<number, Term>, readonly rests: Map<number, readonly Term[]>, readonly at: Map<number, Term> }} Bindings
 */

/**
 * Makes the matcher of patterns. Its text goes into generated modules, so it refers to nothing outside.
 *
 * @returns {{
 *   match: (pattern: Pattern, term: Term, known?: Bindings) => Bindings | undefined,
 *   isExpression: (type: string) => boolean,
 *   concretes: (pattern: Pattern, bindings: Bindings) => [ConcretePattern, Term][],
 * }}
 */
export function makeMatcher() {
  return {
    match(pattern, term, known) {
      /** @type {Bindings} */
      const bindings = {
        holes: new Map(known?.holes),
        rests: new Map(known?.rests),
        at: new Map(),
      };
      return fits(pattern, term, bindings) ? bindings : undefined;
    },
    isExpression,
    concretes(pattern, bindings) {
      /** @type {[ConcretePattern, Term][]} */
      const found = [];
      collect(pattern, bindings, found);
      return found;
    },
  };

  /** @param {string} type */
  function isExpression(type) {
    return /(Expression|Literal|Identifier)$|^JSX(Element|Fragment)$|^Super$|^MetaProperty$/.test(type);
  }

  /**
   * @param {string} accepts
   * @param {Term} term
   */
  function accepted(accepts, term) {
    if (accepts === 'Any') return true;
    if (accepts === 'Expression') return isExpression(term.type);
    if (accepts === 'Statement') return /(Statement|Declaration)$/.test(term.type);
    if (accepts.startsWith('Literal:')) return term.type === 'Literal' && term.value.startsWith(accepts.slice(8));
    return term.type === accepts;
  }

  /**
   * @param {Pattern} pattern
   * @param {Term} term
   * @param {Bindings} bindings
   * @returns {boolean}
   */
  function fits(pattern, term, bindings) {
    if ('rest' in pattern) return false;
    if (pattern.id !== undefined) bindings.at.set(pattern.id, term);
    if ('hole' in pattern) {
      const before = bindings.holes.get(pattern.hole);
      if (before !== undefined) return before.key === term.key;
      if (!accepted(pattern.accepts, term)) return false;
      bindings.holes.set(pattern.hole, term);
      return true;
    }
    if (pattern.type !== term.type || (pattern.value ?? '') !== term.value) return false;
    const fields = pattern.fields ?? {};
    const names = Object.keys(fields);
    if (names.length !== Object.keys(term.fields).length) return false;
    return names.every((name) => {
      const wanted = /** @type {Pattern | readonly Pattern[]} */ (fields[name]);
      const found = term.fields[name];
      if (found === undefined) return false;
      if (Array.isArray(wanted)) return Array.isArray(found) && listFits(wanted, found, bindings);
      return !Array.isArray(found) && fits(/** @type {Pattern} */ (wanted), /** @type {Term} */ (found), bindings);
    });
  }

  /**
   * There is at most one rest in a list, so there is one way only.
   *
   * @param {readonly Pattern[]} wanted
   * @param {readonly Term[]} found
   * @param {Bindings} bindings
   */
  function listFits(wanted, found, bindings) {
    const split = wanted.findIndex((item) => 'rest' in item);
    if (split < 0)
      return (
        wanted.length === found.length &&
        wanted.every((item, index) => fits(item, /** @type {Term} */ (found[index]), bindings))
      );
    const behind = wanted.length - split - 1;
    if (found.length < split + behind) return false;
    const taken = found.slice(split, found.length - behind);
    const { rest } = /** @type {import('./term.js').RestPattern} */ (wanted[split]);
    const before = bindings.rests.get(rest);
    if (
      before !== undefined &&
      (before.length !== taken.length || before.some((item, index) => item.key !== taken[index]?.key))
    )
      return false;
    bindings.rests.set(rest, taken);
    return wanted.every((item, index) =>
      index === split
        ? true
        : fits(
            item,
            /** @type {Term} */ (index < split ? found[index] : found[found.length - wanted.length + index]),
            bindings,
          ),
    );
  }

  /**
   * The named nodes of a pattern that say in which scope their name must be, with what they matched.
   *
   * @param {Pattern} pattern
   * @param {Bindings} bindings
   * @param {[ConcretePattern, Term][]} found
   */
  function collect(pattern, bindings, found) {
    if ('hole' in pattern || 'rest' in pattern) return;
    const term = pattern.id === undefined ? undefined : bindings.at.get(pattern.id);
    if (pattern.scope !== undefined && term !== undefined) found.push([pattern, term]);
    for (const value of Object.values(pattern.fields ?? {}))
      for (const item of Array.isArray(value) ? value : [value]) collect(item, bindings, found);
  }
}
