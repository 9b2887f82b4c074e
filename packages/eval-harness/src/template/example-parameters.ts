import type { TemplateExample } from './template.js';

type Schema = Readonly<Record<string, unknown>>;

/** Texts, one of which most patterns take. */
const texts = ['An example', 'example', '0001', 'docs/example.md', '2030-01-31', 'a', '1.0.0', 'a@example.org'];

/**
 * Parameters made from the JSON Schema of a template's: what is required, then once more for each parameter that may be left out. None
 * where no value is known for what is required.
 */
export function exampleParameters(schema: Schema): readonly TemplateExample[] {
  const least = valueOf({ ...schema, type: 'object' });
  if (!isObject(least)) return [];
  const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, Schema>> };
  const more = Object.entries(properties).flatMap(([name, inner]): TemplateExample[] => {
    if (name in least) return [];
    const value = valueOf(inner);
    return value === undefined
      ? []
      : [{ name: `with ${name}`, parameters: { ...least, [name]: value }, mayBeRefused: true }];
  });
  return [{ name: 'what is required', parameters: least }, ...more];
}

/** Undefined where none is known. */
function valueOf(schema: Schema): unknown {
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return (schema['enum'] as readonly unknown[])[0];
  const [alternative] = (schema['anyOf'] ?? schema['oneOf'] ?? []) as readonly Schema[];
  if (alternative) return valueOf(alternative);
  switch (schema['type']) {
    case 'string':
      return textOf(schema);
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 1;
    case 'boolean':
      return true;
    case 'array': {
      const item = valueOf((schema['items'] ?? {}) as Schema);
      return item === undefined ? undefined : [item];
    }
    case 'object':
      return objectOf(schema);
    default:
      return undefined;
  }
}

function textOf({ pattern, minLength = 0, maxLength = Infinity }: Schema): string | undefined {
  const expression = typeof pattern === 'string' ? new RegExp(pattern, 'u') : /^/;
  return texts.find(
    (text) => expression.test(text) && text.length >= Number(minLength) && text.length <= Number(maxLength),
  );
}

function objectOf({ properties = {}, required = [] }: Schema): Readonly<Record<string, unknown>> | undefined {
  const values = (required as readonly string[]).map(
    (name) => [name, valueOf((properties as Readonly<Record<string, Schema>>)[name] ?? {})] as const,
  );
  return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
