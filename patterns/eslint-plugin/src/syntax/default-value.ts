import { keyName, lastName } from './name.js';
import { type Node, type NodeOf } from './node.js';
import { unwrap } from './unwrap.js';

export type DefaultKind = 'nothing' | 'false' | 'true' | 'empty' | 'success';

interface DefaultValue {
  readonly kind: DefaultKind;
  /** For messages: `null`, `[]`, `{ ok: true }`. */
  readonly text: string;
}

const successKeys = new Set(['ok', 'success', 'succeeded', 'valid', 'isValid', 'passed', 'done', 'healthy']);
const successWords = new Set(['ok', 'success', 'succeeded', 'passed', 'done', 'healthy']);
const outcomeKeys =
  /^(?:err|error|errors|reason|message|issue|issues|problem|code|status|state|ok|success|valid|type|kind)$/iu;

/** What a value says that holds no result: nothing, emptiness, or success. Undefined for a value that says more. */
export function defaultValue(node: Node | null | undefined): DefaultValue | undefined {
  if (node === null || node === undefined) return { kind: 'nothing', text: 'undefined' };
  const value = unwrap(node);
  switch (value.type) {
    case 'Identifier':
      return value.name === 'undefined' ? { kind: 'nothing', text: 'undefined' } : undefined;
    case 'UnaryExpression':
      return value.operator === 'void' ? { kind: 'nothing', text: 'undefined' } : undefined;
    case 'Literal':
      return literal(value);
    case 'TemplateLiteral':
      return value.expressions.length === 0 && value.quasis[0]?.value.raw === ''
        ? { kind: 'empty', text: "''" }
        : undefined;
    case 'ArrayExpression':
      return value.elements.length === 0 ? { kind: 'empty', text: '[]' } : undefined;
    case 'ObjectExpression':
      return object(value);
    case 'NewExpression':
      return ['Map', 'Set'].includes(lastName(value.callee) ?? '') && value.arguments.length === 0
        ? { kind: 'empty', text: `an empty ${lastName(value.callee) ?? 'collection'}` }
        : undefined;
    case 'CallExpression':
      return isPromiseResolve(value) ? defaultValue(value.arguments[0]) : undefined;
    default:
      return undefined;
  }
}

function literal({ value }: NodeOf<'Literal'>): DefaultValue | undefined {
  if (value === null) return { kind: 'nothing', text: 'null' };
  if (value === '') return { kind: 'empty', text: "''" };
  if (typeof value === 'boolean') return { kind: value ? 'true' : 'false', text: String(value) };
  return undefined;
}

function object(node: NodeOf<'ObjectExpression'>): DefaultValue | undefined {
  if (node.properties.length === 0) return { kind: 'empty', text: '{}' };
  const properties = node.properties.map((property) =>
    property.type === 'Property' ? { key: keyName(property), value: unwrap(property.value) } : undefined,
  );
  for (const property of properties) {
    const { key, value } = property ?? {};
    if (key === undefined || value?.type !== 'Literal') continue;
    const saysYes = value.value === true && successKeys.has(key);
    const saysSuccess = /^(?:status|state|result)$/u.test(key) && successWords.has(String(value.value).toLowerCase());
    if (saysYes || saysSuccess) return { kind: 'success', text: 'a success' };
  }
  const empty = properties.every(
    (property) =>
      property?.key !== undefined &&
      !outcomeKeys.test(property.key) &&
      (defaultValue(property.value) !== undefined || (property.value.type === 'Literal' && property.value.value === 0)),
  );
  return empty ? { kind: 'empty', text: 'an empty result' } : undefined;
}

function isPromiseResolve(node: NodeOf<'CallExpression'>): boolean {
  const { callee } = node;
  return callee.type === 'MemberExpression' && keyName(callee) === 'resolve' && lastName(callee.object) === 'Promise';
}
