import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * The inner parts of recast that are made faster here.
 *
 * @typedef {{ stack: any[], copy(): FastPath, getValue(): any, getNode(): any, getParentNode(): any, needsParens(): boolean, hasParens(): boolean }} FastPath
 *
 * @typedef {object} Recast
 * @property {{ namedTypes: Record<string, any>, getFieldValue(object: any, name: string): any }} types
 * @property {{ parse(source: string, options: object): unknown }} parser
 * @property {{ Patcher: new (lines: any) => any, getReprinter(path: FastPath): ((print: any) => any) | undefined }} patcher
 * @property {{ concat(parts: readonly any[]): any, Lines: { prototype: { sliceString: import('./slice-string.js').SliceString } } }} lines
 * @property {new (root: unknown) => FastPath} FastPath
 * @property {Record<string, any>} util
 */

/**
 * The texts of the files that were read when these parts were written anew. With any other text, recast is left alone: it is right by itself,
 * and only slower.
 */
const known = {
  'recast/lib/parser.js': '0163e7591e1440c322cc0a026e0c4621af048d7a5b6e4f4adc484d3236a0b75a',
  'recast/lib/patcher.js': '1ffb66cec83c648f3f5911feb34fc4e45d325d241ec80e06f377136cd115d483',
  'recast/lib/fast-path.js': 'dcc42de9ec9ba5b9e92983adb847d2e85253c1c591b10c2da331ccd39da2e48f',
  'recast/lib/lines.js': '7c7c3154e31bae7d36c074fd3f27f4d3effabfc2474752975485eb0bbfbb10e7',
  'recast/lib/util.js': 'f0b1b6e1a6c9486d263483c96dad213141582d339d06a96e6915d390b0111f89',
  'ast-types/lib/types.js': '3d250aac3d857016642ef9c64d2d8f7e8c728a72ed5d7ecf710edf267d449b05',
};

/**
 * The parts of the recast that jscodeshift uses; undefined where it is another one than is known to the letter.
 *
 * @returns {Recast | undefined}
 */
export function knownRecast() {
  const fromHere = createRequire(import.meta.url);
  const fromJscodeshift = createRequire(fromHere.resolve('jscodeshift'));
  const load = createRequire(fromJscodeshift.resolve('recast'));
  try {
    for (const [name, digest] of Object.entries(known)) {
      const text = readFileSync(load.resolve(name));
      if (createHash('sha256').update(text).digest('hex') !== digest) return undefined;
    }
  } catch {
    return undefined;
  }
  return {
    types: load('ast-types'),
    parser: load('recast/lib/parser'),
    patcher: load('recast/lib/patcher'),
    lines: load('recast/lib/lines'),
    FastPath: load('recast/lib/fast-path').default,
    util: load('recast/lib/util'),
  };
}
