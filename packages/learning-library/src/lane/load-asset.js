/**
 * What the module of a codemod exports, as far as it is used here.
 *
 * @typedef {{ readonly reason: string, readonly message: string, readonly line: number, readonly column: number }} Decline
 * @typedef {(file: { readonly path: string, readonly source: string }, api: object, options: object) => unknown} Transform
 * @typedef {object} Codemod
 * @property {string} id
 * @property {readonly string[]} prefilter
 * @property {(file: { readonly path: string, readonly source: string }, options?: object) => { readonly source: string, readonly changes: number, readonly declined: readonly Decline[] }} transform
 * @property {(files: Iterable<{ readonly path: string, readonly source: string }>, options?: object) => unknown} [survey] completes the options with what it finds in the whole project
 *
 * @typedef {object} LoadedAsset
 * @property {string} id
 * @property {readonly string[]} prefilter
 * @property {Readonly<Record<string, unknown>>} options
 * @property {Transform | undefined} transform an ordinary transform of jscodeshift
 * @property {unknown} parser the one that the transform brings or names
 * @property {Codemod | undefined} codemod one that makes minimal edits by itself
 */

/**
 * Loads the module of an asset. Throws what loading it throws, and a `TypeError` where it exports nothing to run.
 *
 * @param {{ readonly id: string, readonly url: string, readonly prefilter: readonly string[], readonly options: Readonly<Record<string, unknown>> }} asset
 * @returns {Promise<LoadedAsset>}
 */
export async function loadAsset({ id, url, prefilter, options }) {
  const exported = /** @type {Record<string, unknown>} */ (await import(url));
  const own = exported['default'];
  // A CommonJS module that was an ES module before it was compiled.
  const inner = isRecord(own) && typeof own['default'] === 'function' ? own : undefined;
  const transform = inner ? inner['default'] : own;
  const parser =
    exported['parser'] ?? (isRecord(own) || typeof own === 'function' ? /** @type {any} */ (own).parser : undefined);
  const codemod = exported['codemod'] ?? inner?.['codemod'];
  if (typeof transform !== 'function' && !isCodemod(codemod))
    throw new TypeError('its default export is no function, and it exports no `codemod`');
  return {
    id,
    prefilter,
    options,
    parser,
    transform: typeof transform === 'function' ? /** @type {Transform} */ (transform) : undefined,
    codemod: isCodemod(codemod) ? codemod : undefined,
  };
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
const isRecord = (value) => typeof value === 'object' && value !== null;

/**
 * @param {unknown} value
 * @returns {value is Codemod}
 */
const isCodemod = (value) =>
  isRecord(value) &&
  typeof value['id'] === 'string' &&
  Array.isArray(value['prefilter']) &&
  value['prefilter'].every((text) => typeof text === 'string') &&
  typeof value['transform'] === 'function' &&
  (value['survey'] === undefined || typeof value['survey'] === 'function');
