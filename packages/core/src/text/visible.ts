/* eslint-disable no-control-regex, no-misleading-character-class -- naming such characters is what this file is for */

const pictures: Readonly<Record<string, string>> = { '\u001b': '␛', '\u007f': '␡', '\r': '␍' };

/** C0 but for newline and tab, DEL, and C1, in which terminals also read sequences. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Characters that reorder the text around them, or that take no place and so hide in it: bidi marks, embeddings and isolates,
 * zero-width and filler characters, line and paragraph separators, annotation anchors, tags (U+E0000…), and variation selectors,
 * which can carry hidden text (U+FE00…, U+E0100…). The two that make an emoji are left where they do.
 */
const deceptive = new RegExp(
  [
    '[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f]',
    '[\\u3164\\ufe00-\\ufe0d\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]',
    '(?<![\\p{Extended_Pictographic}0-9#*])[\\ufe0e\\ufe0f]',
    '(?<!\\p{Extended_Pictographic}\\ufe0f?|\\p{Emoji_Modifier})\\u200d|\\u200d(?!\\p{Extended_Pictographic})',
  ].join('|'),
  'gu',
);

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * Makes text from a model, a repository or a command safe to show: control characters, and characters that reorder or hide text,
 * become visible signs. Newlines and tabs stay.
 */
export const visible = (text: string): string =>
  text
    .replace(
      control,
      (character) =>
        pictures[character] ??
        (character < ' ' ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : `‹${codePoint(character)}›`),
    )
    .replace(deceptive, (character) => `‹${codePoint(character)}›`);

/** The same for text that must stay on one line. */
export const visibleLine = (text: string): string => visible(text).replace(/\n/g, '␊').replace(/\t/g, ' ');

/** Whether showing a line as it is would deceive its reader, or do something to their terminal. A line may end in CR. */
export function isDeceptive(line: string): boolean {
  const text = line.replace(/\r$/, '');
  return text.search(control) >= 0 || text.search(deceptive) >= 0;
}

/** JSON in which such characters are written as escapes: the same data, and safe to show. */
export const safeJson = (data: unknown, indent?: number): string =>
  [control, deceptive].reduce(
    (text, characters) =>
      text.replace(characters, (character) =>
        [...Array(character.length).keys()]
          .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
          .join(''),
      ),
    JSON.stringify(data, undefined, indent),
  );
