import type { TSESTree } from '@typescript-eslint/types';
import type { Piece } from '../syntax/pieces.js';

/** One word of a command line, put together from texts and values. */
export type Word = readonly Piece[];

/** Everything that sh or cmd.exe reads as more than itself. */
const special = /[|&;<>()$`\\'*?[\]#~{}!^\r\n]/;
const specialInQuotes = /[$`\\!^\r\n]/;

/**
 * The words of a command, as both sh and cmd.exe divide it; the text that is more than words where there is one. What
 * the values among the pieces hold is not looked at.
 */
export function wordsOf(pieces: readonly Piece[]): Word[] | { readonly syntax: string } {
  const words: Piece[][] = [];
  let word: Piece[] | undefined;
  let inQuotes = false;
  const append = (piece: Piece) => {
    if (!word) words.push((word = []));
    const last = word.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') word[word.length - 1] = last + piece;
    else word.push(piece);
  };
  let percents = 0;
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      append(piece);
      continue;
    }
    for (const character of piece) {
      if (character === '%' && ++percents > 1) return { syntax: '%…%' };
      if (character === '"') {
        inQuotes = !inQuotes;
        append('');
      } else if ((inQuotes ? specialInQuotes : special).test(character)) {
        return { syntax: character };
      } else if (!inQuotes && (character === ' ' || character === '\t')) word = undefined;
      else append(character);
    }
  }
  return inQuotes ? { syntax: '"' } : words;
}

/** Whether a text is one word to any shell, and itself. */
export const isPlainWord = (text: string): boolean => /^[\w@+=:,./-]+$/.test(text);

/** The text of a word that has no value in it. */
export const textOf = (word: Word): string | undefined => {
  const texts = word.filter((piece) => typeof piece === 'string');
  return texts.length === word.length ? texts.join('') : undefined;
};

/** The values of a word. */
export const valuesOf = (word: Word): TSESTree.Expression[] => word.filter((piece) => typeof piece !== 'string');
