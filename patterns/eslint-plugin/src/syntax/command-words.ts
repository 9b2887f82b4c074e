import type { SourceCode } from 'eslint';
import type { Node, NodeOf } from './node.js';
import { staticText } from './variable.js';
import { unwrap } from './unwrap.js';

/** A piece of command text: what the source says, or an expression put into it. */
export type Piece = { readonly text: string } | { readonly value: Node };

/** The pieces of a template or concatenation; constants become text. Undefined for an expression that is neither. */
export function commandPieces(node: Node, sourceCode: SourceCode): Piece[] | undefined {
  const command = unwrap(node);
  const parts =
    command.type === 'TemplateLiteral'
      ? templateParts(command)
      : command.type === 'BinaryExpression' && command.operator === '+'
        ? [command.left, command.right]
        : undefined;
  return parts?.flatMap((part): Piece[] => {
    if (typeof part === 'string') return [{ text: part }];
    const constant = staticText(part, sourceCode);
    if (constant !== undefined) return [{ text: constant }];
    return commandPieces(part, sourceCode) ?? [{ value: unwrap(part) }];
  });
}

function templateParts(node: NodeOf<'TemplateLiteral'>): (string | Node)[] {
  return node.quasis.flatMap(({ value }, index) => {
    const expression = node.expressions[index];
    const text = value.cooked ?? value.raw;
    return expression === undefined ? [text] : [text, expression];
  });
}

const plainWord = /^[\w\-./:=@%+,]+$/u;

/**
 * The words of a command whose text holds nothing that a shell would interpret, each a literal or a whole expression.
 *
 * @returns undefined when a quote, a metacharacter or a value inside a word makes that uncertain
 */
export function plainWords(pieces: readonly Piece[]): (string | Node)[] | undefined {
  const words: (string | Node)[] = [];
  let isOpen = false;
  for (const piece of pieces) {
    if ('value' in piece) {
      if (isOpen) return undefined;
      words.push(piece.value);
      isOpen = true;
      continue;
    }
    const { text } = piece;
    if (text === '') continue;
    const parts = text.split(/[ \t]+/u);
    // Text that does not start with a space would continue the word before it.
    if (isOpen && parts[0] !== '') return undefined;
    for (const part of parts) {
      if (part === '') continue;
      if (!plainWord.test(part)) return undefined;
      words.push(part);
    }
    isOpen = parts.at(-1) !== '';
  }
  return words;
}
