import type { TSESTree } from '@typescript-eslint/types';
import { kindOf } from '../syntax/kinds.js';
import type { Module } from '../syntax/parse.js';
import { type Piece, piecesOf } from '../syntax/pieces.js';
import { initOf, keyOf, literalText, unwrap, variableOf } from '../syntax/references.js';
import { quoted } from '../syntax/text.js';
import { programs } from './programs.js';
import { isPlainWord, textOf, valuesOf, type Word, wordsOf } from './words.js';

/** A command without its shell: the text of `file` and `args`, which take the place of the command's text. */
export interface Command {
  readonly place: TSESTree.Node;
  readonly file: string;
  readonly args: string;
}

/** Why a call is left alone. */
export interface Refusal {
  readonly at?: TSESTree.Node;
  readonly reason: string;
  readonly message: string;
}

interface Trust {
  readonly values: 'proven' | 'word';
  readonly programs: readonly string[] | undefined;
}

/** What a call of `exec` or `execSync` starts, if it needs no shell for that. */
export function readCommand(module: Module, call: TSESTree.CallExpression, trust: Trust): Command | Refusal {
  const [place, ...rest] = call.arguments;
  if (!place || place.type === 'SpreadElement' || call.optional || call.typeArguments) {
    return { reason: 'unknown-command', message: 'The command cannot be seen.' };
  }
  const pieces = piecesOf(module, place);
  if (!pieces || pieces.length === 0)
    return { at: place, reason: 'unknown-command', message: 'The command cannot be seen.' };
  const [from, to] = place.range;
  if (module.comments.some(({ start, end }) => start >= from && end <= to)) {
    return { at: place, reason: 'comment', message: 'A comment within the command would be lost.' };
  }
  const words = wordsOf(pieces);
  if ('syntax' in words) {
    return {
      at: place,
      reason: 'shell-syntax',
      message: `A shell reads ${JSON.stringify(words.syntax)} as more than a word.`,
    };
  }
  const unknown = words.flatMap(valuesOf).find((value) => !isKnownWord(module, value, place, trust));
  if (unknown) {
    return {
      at: unknown,
      reason: 'unknown-word',
      message: 'This value may be several words, none, or syntax to a shell.',
    };
  }
  const [first, ...others] = words;
  const file = first && textOf(first);
  if (file === undefined || !(programs.has(file) || trust.programs?.includes(file))) {
    return {
      at: place,
      reason: 'unknown-program',
      message: 'This program is not known to start without a shell on every system.',
    };
  }
  const refusal = refuseArguments(module, rest);
  if (refusal) return refusal;
  return { place, file: quoted(module, file), args: `[${others.map((word) => written(module, word)).join(', ')}]` };
}

function isKnownWord(module: Module, value: TSESTree.Expression, place: TSESTree.Node, trust: Trust): boolean {
  // A value out of a constant's own text was taken elsewhere, and perhaps of another variable.
  if (value.range[0] < place.range[0] || value.range[1] > place.range[1]) return false;
  return trust.values === 'word' || isOneWord(module, value);
}

function isOneWord(module: Module, expression: TSESTree.Node): boolean {
  const node = unwrap(expression);
  const text = literalText(node);
  if (text !== undefined) return isPlainWord(text);
  if (node.type === 'ConditionalExpression')
    return isOneWord(module, node.consequent) && isOneWord(module, node.alternate);
  if (kindOf(module, node) === 'number') return true;
  const variable = node.type === 'Identifier' ? variableOf(module, node) : undefined;
  const value = variable && initOf(variable);
  return value?.id.type === 'Identifier' && value.init.range[1] < node.range[0] && isOneWord(module, value.init);
}

/** What comes after the command means the same to both, but for a shell's name in the options. */
function refuseArguments(module: Module, rest: readonly TSESTree.CallExpressionArgument[]): Refusal | undefined {
  for (const [i, argument] of rest.entries()) {
    if (argument.type === 'ObjectExpression' && i === 0) {
      const keys = argument.properties.map((each) => (each.type === 'Property' ? keyOf(each) : undefined));
      if (keys.every((key) => key !== undefined && key !== 'shell' && key !== '__proto__')) continue;
      return { at: argument, reason: 'shell-option', message: 'These options choose a shell, or may do so.' };
    }
    if (i > 1 || !isFunction(module, argument)) {
      return { at: argument, reason: 'unknown-argument', message: 'This may be options that choose a shell.' };
    }
  }
  return undefined;
}

function isFunction(module: Module, node: TSESTree.Node): boolean {
  if (node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression') return true;
  const variable = variableOf(module, node);
  if (!variable) return false;
  if (variable.defs.length === 1 && variable.defs[0]?.type === 'FunctionName') return true;
  const init = initOf(variable)?.init;
  if (init && init !== node && isFunction(module, init)) return true;
  return variable.references.some(({ identifier: { parent }, identifier }) =>
    parent.type === 'CallExpression' ? parent.callee === identifier : false,
  );
}

function written(module: Module, word: Word): string {
  const text = textOf(word);
  if (text !== undefined) return quoted(module, text);
  const [value] = word;
  const source = (node: TSESTree.Expression) => module.source.slice(...node.range);
  if (word.length === 1 && value !== undefined && typeof value !== 'string' && kindOf(module, value) === 'string') {
    return source(value);
  }
  const inTemplate = (piece: Piece) =>
    typeof piece === 'string' ? piece.replaceAll(/[`\\]|\$\{/g, '\\$&') : `\${${source(piece)}}`;
  return `\`${word.map(inTemplate).join('')}\``;
}
