import { lineEndsOf } from './line-ends.js';

/**
 * @typedef {{ readonly lineTerminator: string, readonly quote?: 'single' | 'double' }} SourceStyle
 */

/**
 * How a file writes its lines and strings, as options of recast: by itself, recast ends every line in the machine's way and puts new strings
 * into double quotes.
 *
 * @param {string} source
 * @returns {SourceStyle}
 */
export function styleOf(source) {
  const quotes = { single: 0, double: 0 };
  for (const [text] of source.matchAll(/'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*"/g)) {
    // The quote that a string forces on its writer says nothing.
    if (/["']/.test(text.slice(1, -1))) continue;
    quotes[text.startsWith("'") ? 'single' : 'double'] += 1;
  }
  const lineTerminator = lineEndsOf(source).terminator;
  if (quotes.single === quotes.double) return { lineTerminator };
  return { lineTerminator, quote: quotes.single > quotes.double ? 'single' : 'double' };
}

/**
 * Has `toSource` write in the style that `current` gives, unless the transform asks for another.
 *
 * @param {import('jscodeshift').JSCodeshift} j
 * @param {() => SourceStyle} current
 */
export function installSourceStyle(j, current) {
  const prototype = /** @type {{ toSource(this: unknown, options?: object): unknown }} */ (
    Object.getPrototypeOf(j([]))
  );
  const own = prototype.toSource;
  prototype.toSource = function toSource(options) {
    return own.call(this, { ...current(), ...options });
  };
}
