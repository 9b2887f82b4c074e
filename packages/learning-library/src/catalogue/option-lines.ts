/** As much of a JSON Schema as is told to people. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
}

/** What the JSON Schema of options or parameters takes, a line for each: name, kind, whether it is needed, what it is for. */
export function optionLines(schema: Readonly<Record<string, unknown>> | undefined): string[] {
  const { properties = {}, required = [] } = (schema ?? {}) as Schema;
  return Object.entries(properties).map(([name, option]) => {
    const { description, default: usual } = option;
    const need = required.includes(name) ? ', required' : '';
    const otherwise = usual === undefined ? '' : `, ${JSON.stringify(usual)} by default`;
    return `${name}: ${kindOf(option)}${need}${otherwise}${description === undefined ? '' : `; ${description}`}`;
  });
}

/** What each option takes, in one line: for errors. */
export const optionKinds = (schema: Readonly<Record<string, unknown>>): string[] =>
  Object.entries((schema as Schema).properties ?? {}).map(([name, option]) => `${name} (${kindOf(option)})`);

/**
 * Whether what a command line gives for an option is meant as a text, though it may look like a number or a truth value: where the
 * option takes texts, and nothing of the kind that it looks like.
 */
export function isTextOption(schema: Readonly<Record<string, unknown>> | undefined, name: string): boolean {
  const option = (schema as Schema | undefined)?.properties?.[name];
  const kinds = (option?.anyOf ?? [option]).map((one) => one?.type);
  return kinds.includes('string') && kinds.every((kind) => kind === 'string');
}

/** What a schema takes, in a few words. */
function kindOf(schema: Schema): string {
  const { anyOf, items, properties, required = [] } = schema;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  if (anyOf) return anyOf.map(kindOf).join(' or ');
  if (schema.type === 'array')
    return `list${items ? ` of ${kindOf(items)}` : ''}${(schema.minItems ?? 0) > 0 ? `, at least ${schema.minItems}` : ''}`;
  if (schema.type === 'object' && properties)
    return `{ ${Object.entries(properties)
      .map(([name, inner]) => `${name}${required.includes(name) ? '' : '?'}: ${kindOf(inner)}`)
      .join('; ')} }`;
  if (schema.type === 'string') return 'text';
  const type = schema.type === undefined ? 'any value' : [schema.type].flat().join(' or ');
  if (schema.minimum === undefined && schema.maximum === undefined) return type;
  const isOpen = (bound: number | undefined): boolean => bound === undefined || Math.abs(bound) >= 2 ** 53 - 1;
  return `${type}${isOpen(schema.minimum) ? '' : ` from ${schema.minimum}`}${isOpen(schema.maximum) ? '' : ` to ${schema.maximum}`}`;
}
