import type { Pattern } from '../engine/term.js';
import { isPatterns } from './template.js';

/**
 * The name or text by which a pattern is recognised: the function that is called, the property that is read, the module that is loaded.
 * Undefined for a pattern that would fit almost anything.
 */
export function anchorOf(pattern: Pattern): string | undefined {
  if (!('type' in pattern)) return undefined;
  const field = (name: string): string | undefined => {
    const value = pattern.fields?.[name];
    return value === undefined || isPatterns(value) ? undefined : anchorOf(value);
  };
  switch (pattern.type) {
    case 'CallExpression':
    case 'NewExpression': {
      const callee = field('callee');
      return callee === 'require' ? texts(pattern.fields?.['arguments'])[0] : callee;
    }
    case 'TaggedTemplateExpression':
      return field('tag');
    case 'MemberExpression':
      return field('property') ?? field('object');
    case 'AwaitExpression':
    case 'UnaryExpression':
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'SpreadElement':
      return field('argument');
    case 'ExpressionStatement':
      return field('expression');
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return field('source');
    case 'Identifier':
    case 'JSXIdentifier':
    case 'PrivateIdentifier':
      return pattern.value;
    case 'Literal':
      return plainText(pattern.value ?? '');
    // What is declared can have any name.
    case 'VariableDeclaration': {
      const declarators = pattern.fields?.['declarations'];
      const [first] = declarators !== undefined && isPatterns(declarators) ? declarators : [];
      return first === undefined ? undefined : anchorOf(first);
    }
    case 'VariableDeclarator':
      return field('init');
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassDeclaration':
    case 'BlockStatement':
    case 'Program':
      return undefined;
    default:
      return texts(pattern)[0];
  }
}

/** The value of a literal without the letter of its kind. */
const plainText = (value: string): string => (/^(s|n[\d.-]|i\d|r\/)/.test(value) ? value.slice(1) : value);

/** All that a pattern says by name or text, the longest first. */
export function texts(field: Pattern | readonly Pattern[] | undefined): string[] {
  if (field === undefined) return [];
  const found: string[] = [];
  const open: Pattern[] = isPatterns(field) ? [...field] : [field];
  for (let pattern = open.pop(); pattern !== undefined; pattern = open.pop()) {
    if (!('type' in pattern)) continue;
    if (/^(Identifier|Literal|JSXIdentifier|PrivateIdentifier)$/.test(pattern.type) && (pattern.value ?? '').length > 1)
      found.push(pattern.type === 'Literal' ? plainText(pattern.value ?? '') : (pattern.value ?? ''));
    for (const inner of Object.values(pattern.fields ?? {})) open.push(...(isPatterns(inner) ? inner : [inner]));
  }
  return found.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

/** Nodes of a pattern that are no hole. */
export function concreteness(pattern: Pattern | null): number {
  if (pattern === null || !('type' in pattern)) return 0;
  let count = 1;
  for (const field of Object.values(pattern.fields ?? {}))
    for (const inner of isPatterns(field) ? field : [field]) count += concreteness(inner);
  return count;
}
