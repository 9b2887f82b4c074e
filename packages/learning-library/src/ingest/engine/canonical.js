/**
 * @typedef {import('./term.js').Term} Term
 * @typedef {{ readonly type: string, readonly [field: string]: any }} Raw
 */

/**
 * Makes the function that reduces a tree to a term. It reads ESTree, TS-ESTree and Babel's trees, because the ingestion parses with the
 * one, and jscodeshift with the other. Its text goes into generated modules, so it refers to nothing outside.
 *
 * @returns {{
 *   read: (root: any, source: string) => Term,
 *   remake: (like: Term, fields: Term['fields']) => Term,
 * }} `read` throws a `RangeError` for a tree that is too deep or too large
 */
export function makeCanonicalizer() {
  const deepest = 400;
  const most = 400_000;
  /** @type {Map<string, number>} */
  const keys = new Map();
  const skipped = new Set(
    (
      'type start end range loc parent comments leadingComments trailingComments innerComments extra original tokens errors ' +
      'directives interpreter hashbang directive raw cooked regex bigint phase importKind exportKind kind ' +
      'operator name computed static async generator prefix optional shorthand delegate await declare abstract readonly override ' +
      'accessibility definite method sourceType assertions'
    ).split(' '),
  );
  const flags =
    'operator computed static async generator prefix optional shorthand delegate await declare abstract readonly override accessibility definite method'.split(
      ' ',
    );
  /** @type {Record<string, string>} */
  const renamed = {
    OptionalMemberExpression: 'MemberExpression',
    OptionalCallExpression: 'CallExpression',
    ObjectProperty: 'Property',
    ClassProperty: 'PropertyDefinition',
    ClassPrivateProperty: 'PropertyDefinition',
    ClassAccessorProperty: 'AccessorProperty',
    ClassMethod: 'MethodDefinition',
    ClassPrivateMethod: 'MethodDefinition',
    ObjectMethod: 'Property',
    PrivateName: 'PrivateIdentifier',
    BigIntLiteral: 'Literal',
    BooleanLiteral: 'Literal',
    DirectiveLiteral: 'Literal',
    NullLiteral: 'Literal',
    NumericLiteral: 'Literal',
    RegExpLiteral: 'Literal',
    StringLiteral: 'Literal',
    Directive: 'ExpressionStatement',
  };
  /** @type {Record<string, string>} */
  const renamedFields = { typeParameters: 'typeArguments', superTypeParameters: 'superTypeArguments' };
  const readTypes = new Set([
    'TSAsExpression',
    'TSSatisfiesExpression',
    'TSNonNullExpression',
    'TSTypeAssertion',
    'TSExportAssignment',
    'TSInstantiationExpression',
  ]);
  let count = 0;
  let source = '';

  return {
    read(root, text) {
      count = 0;
      source = text;
      return termOf(root.type === 'File' ? root.program : root, 0);
    },
    remake: (like, fields) => make(like.type, like.value, fields, like),
  };

  /**
   * @param {Raw} node
   * @param {number} depth
   * @returns {Term}
   */
  function termOf(node, depth) {
    if (depth > deepest) throw new RangeError('it is nested too deeply');
    if (++count > most) throw new RangeError('it has too many nodes');
    const { type } = node;
    if (type === 'ChainExpression' || type === 'ParenthesizedExpression') return termOf(node['expression'], depth + 1);
    if (type.startsWith('TS') && !readTypes.has(type)) return typeText(node);
    if (type.endsWith('Literal') && type !== 'TemplateLiteral') return make('Literal', literal(node), {}, node);
    if (type === 'TemplateElement') return make(type, `${node['value'].raw}`, {}, node);
    if (type === 'JSXText') return make(type, node['value'].replace(/\s+/g, ' '), {}, node);
    if (type === 'PrivateName') return make('PrivateIdentifier', node['id'].name, {}, node);
    if (type === 'Directive')
      return make('ExpressionStatement', '', { expression: termOf(node['value'], depth + 1) }, node);
    if (type === 'ObjectMethod' || type === 'ClassMethod' || type === 'ClassPrivateMethod') return method(node, depth);
    if ((type === 'CallExpression' || type === 'OptionalCallExpression') && node['callee'].type === 'Import')
      return importCall(node, depth);
    return make(renamed[type] ?? type, valueOf(node), fieldsOf(node, depth), node);
  }

  /**
   * @param {Raw} node
   * @param {number} depth
   */
  function fieldsOf(node, depth) {
    /** @type {Record<string, Term | Term[]>} */
    const fields = {};
    const isBlock = Array.isArray(node['directives']);
    for (const name of Object.keys(node).sort()) {
      if (skipped.has(name)) continue;
      const value =
        name === 'body' && isBlock && Array.isArray(node[name]) ? [...node['directives'], ...node[name]] : node[name];
      const field = renamedFields[name] ?? name;
      if (Array.isArray(value)) {
        if (value.length === 0 && /^(attributes|decorators|implements)$/.test(name) && !node.type.startsWith('JSX'))
          continue;
        if (value.every((item) => item === null || typeof item?.type === 'string'))
          fields[field] = value.map((item) =>
            item === null ? make('Empty', '', {}, { start: -1, end: -1 }) : termOf(item, depth + 1),
          );
      } else if (typeof value === 'object' && value !== null && typeof value.type === 'string')
        fields[field] = termOf(value, depth + 1);
    }
    return fields;
  }

  /**
   * Babel has one node where ESTree has a function in another.
   *
   * @param {Raw} node
   * @param {number} depth
   */
  function method(node, depth) {
    const { key, decorators, ...rest } = node;
    const isObject = node.type === 'ObjectMethod';
    const made = {
      ...rest,
      type: 'FunctionExpression',
      start: -1,
      end: -1,
      computed: false,
      static: false,
      method: false,
      kind: undefined,
      accessibility: undefined,
      override: false,
      optional: false,
      abstract: false,
    };
    /** @type {Record<string, Term | Term[]>} */
    const fields = { key: termOf(key, depth + 1), value: termOf(made, depth + 1) };
    if (Array.isArray(decorators) && decorators.length > 0)
      fields['decorators'] = decorators.map((item) => termOf(item, depth + 1));
    const outer = { ...node, async: false, generator: false, method: isObject && node['kind'] === 'method' };
    return make(isObject ? 'Property' : 'MethodDefinition', valueOf(outer), fields, node);
  }

  /**
   * @param {Raw} node
   * @param {number} depth
   */
  function importCall(node, depth) {
    const [from, options] = node['arguments'];
    /** @type {Record<string, Term | Term[]>} */
    const fields = {};
    if (options) fields['options'] = termOf(options, depth + 1);
    if (from) fields['source'] = termOf(from, depth + 1);
    return make('ImportExpression', '', fields, node);
  }

  /** @param {Raw} node */
  function valueOf(node) {
    const said = [];
    if (typeof node['name'] === 'string') said.push(node['name']);
    for (const flag of flags) {
      const value = node[flag];
      if (value === true) said.push(flag);
      else if (typeof value === 'string') said.push(value);
    }
    for (const flag of ['importKind', 'exportKind'])
      if (node[flag] === 'type' || node[flag] === 'typeof') said.push(node[flag]);
    const { kind } = node;
    if (typeof kind === 'string' && kind !== 'init' && !(kind === 'method' && /Property|ObjectMethod/.test(node.type)))
      said.push(kind);
    return said.join(' ');
  }

  /** @param {Raw} node */
  function literal(node) {
    if (node['regex']) return `r/${node['regex'].pattern}/${node['regex'].flags}`;
    if (node.type === 'RegExpLiteral') return `r/${node['pattern']}/${node['flags']}`;
    if (node.type === 'BigIntLiteral') return `i${node['value']}`;
    if (typeof node['bigint'] === 'string') return `i${node['bigint']}`;
    if (node.type === 'NullLiteral') return 'null';
    const { value } = node;
    if (typeof value === 'string') return `s${value}`;
    if (typeof value === 'number') return `n${value}`;
    return String(value);
  }

  /**
   * Parsers agree least on types, so a type is its text.
   *
   * @param {Raw} node
   */
  function typeText(node) {
    const text = source.slice(node['start'] ?? node['range'][0], node['end'] ?? node['range'][1]);
    return make('TS', text.replace(/^\s*:/, '').replace(/\s+/g, ' ').trim(), {}, node);
  }

  /**
   * @param {string} type
   * @param {string} value
   * @param {Term['fields']} fields
   * @param {any} node
   * @returns {Term}
   */
  function make(type, value, fields, node) {
    let size = 1;
    let said = `${type}\0${value}`;
    /** @type {[Term, string][]} */
    const children = [];
    for (const name of Object.keys(fields).sort()) {
      const child = /** @type {Term | readonly Term[]} */ (fields[name]);
      said += `\0${name}`;
      for (const item of /** @type {Term[]} */ (Array.isArray(child) ? child : [child])) {
        said += `,${item.key}`;
        size += item.size;
        children.push([item, name]);
      }
    }
    let key = keys.get(said);
    if (key === undefined) keys.set(said, (key = keys.size));
    /** @type {Term} */
    const term = {
      type,
      value,
      fields,
      start: node.start ?? node.range?.[0] ?? -1,
      end: node.end ?? node.range?.[1] ?? -1,
      source: typeof node.source === 'string' ? node.source : source,
      key,
      size,
      parent: undefined,
      slot: '',
    };
    for (const [child, name] of children) {
      // A term that is made of parts of others leaves them where they are.
      if (child.parent !== undefined) continue;
      child.parent = term;
      child.slot = name;
    }
    return term;
  }
}
