import type { SourceCode } from 'eslint';
import { argumentsFor } from '../syntax/argument.js';
import type { Node } from '../syntax/node.js';
import { onlyValue, staticText, variableOf } from '../syntax/variable.js';
import { contains } from '../syntax/walk.js';

/** Files of the program itself, and copies by way of JSON. */
const own =
  /package(?:-lock)?\.json|npm-shrinkwrap\.json|import\.meta|__dirname|__filename|require\.resolve|stringify/u;

/** Whether a text is the program's own: a literal, or read from a file that belongs to it, as far as constants and calls tell. */
export function isOwnText(text: Node, sourceCode: SourceCode): boolean {
  return staticText(text, sourceCode) !== undefined || namesOwn(text, sourceCode, 0);
}

function namesOwn(node: Node, sourceCode: SourceCode, depth: number): boolean {
  if (own.test(sourceCode.getText(node))) return true;
  if (depth > 2) return false;
  return contains(node, sourceCode, (at) => {
    if (at.type !== 'Identifier') return false;
    const made = onlyValue(variableOf(at, sourceCode));
    if (made !== undefined) return made !== node && namesOwn(made, sourceCode, depth + 1);
    return argumentsFor(at, sourceCode)?.every((argument) => namesOwn(argument, sourceCode, depth + 1)) ?? false;
  });
}
