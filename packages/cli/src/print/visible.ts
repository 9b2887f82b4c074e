/* eslint-disable no-control-regex -- naming control characters is what this file is for */

const named: Readonly<Record<string, string>> = { '\u001b': '␛', '\u007f': '␡', '\r': '␍' };

/**
 * Makes text from a model, a repository or a command safe to show: control sequences, and characters that reorder or hide
 * text, become visible signs. Newlines and tabs stay.
 */
export const visible = (text: string): string =>
  text
    .replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
      (character) =>
        named[character] ?? (character < ' ' ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : '�'),
    )
    .replace(
      /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
      (character) => `‹U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`,
    );

/** The same for text that must stay on one line. */
export const visibleLine = (text: string): string => visible(text).replace(/\n/g, '␊').replace(/\t/g, ' ');
