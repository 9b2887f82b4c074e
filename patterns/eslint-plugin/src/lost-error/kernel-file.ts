import type { SourceCode } from 'eslint';
import { argumentsFor } from '../syntax/argument.js';
import { lastName } from '../syntax/name.js';
import type { Node } from '../syntax/node.js';
import { unwrap } from '../syntax/unwrap.js';
import { onlyValue, variableOf } from '../syntax/variable.js';

/** Whether a path leads into `/proc` or `/sys`, by its first piece, wherever the file shows where that comes from. */
export function isKernelFile(path: Node, sourceCode: SourceCode, depth = 0): boolean {
  if (depth > 3) return false;
  const value = unwrap(path);
  const leads = (piece: Node | undefined) => piece !== undefined && isKernelFile(piece, sourceCode, depth + 1);
  switch (value.type) {
    case 'Literal':
      return isKernelPath(value.value);
    case 'TemplateLiteral': {
      const text = value.quasis[0]?.value.raw ?? '';
      return text === '' ? leads(value.expressions[0]) : isKernelPath(text);
    }
    case 'BinaryExpression':
      return value.operator === '+' && value.left.type !== 'PrivateIdentifier' && leads(value.left);
    case 'CallExpression':
      return /^(?:join|resolve)$/u.test(lastName(value.callee) ?? '') && leads(value.arguments[0]);
    case 'Identifier': {
      const made = onlyValue(variableOf(value, sourceCode));
      if (made !== undefined) return leads(made);
      return argumentsFor(value, sourceCode)?.every(leads) ?? false;
    }
    default:
      return false;
  }
}

function isKernelPath(text: unknown): boolean {
  return typeof text === 'string' && /^\/(?:proc|sys)(?:\/|$)/u.test(text);
}
