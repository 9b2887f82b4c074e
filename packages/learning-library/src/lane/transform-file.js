import { parseSync } from 'oxc-parser';
import { installFastFind } from './fast-find.js';
import { keepLineEnds, lineEndsOf } from './line-ends.js';
import { installFastRecast } from './recast/install.js';
import { installSourceStyle, styleOf } from './source-style.js';

/**
 * @typedef {import('./load-asset.js').LoadedAsset} LoadedAsset
 * @typedef {import('./load-asset.js').Decline} Decline
 * @typedef {{ asset: string, code: 'threw' | 'output-broken', message: string }} Failure
 *
 * @typedef {object} FileResult
 * @property {string | undefined} output undefined where nothing changed
 * @property {{ asset: string, changes: number }[]} changes `changes` is 0 where the asset does not count them
 * @property {(Decline & { asset: string })[]} declined
 * @property {{ asset: string, message: string }[]} reports
 * @property {Record<string, number>} stats
 * @property {Failure | undefined} failure with it, the file stays as it is
 */

/**
 * Makes what sends a file through all assets in their order, each fed with the output of the one before.
 *
 * @param {readonly LoadedAsset[]} assets
 * @param {{ readonly compat: boolean, readonly dryRun: boolean }} mode
 * @returns {Promise<(path: string, source: string) => Promise<FileResult>>}
 */
export async function makeTransformer(assets, { compat, dryRun }) {
  const needsJscodeshift = assets.some(({ codemod, transform }) => transform !== undefined && (compat || !codemod));
  const jscodeshift = needsJscodeshift ? (await import('jscodeshift')).default : undefined;
  let style = styleOf('');
  if (jscodeshift !== undefined) installFastRecast();
  if (jscodeshift !== undefined && !compat) {
    installFastFind(jscodeshift);
    installSourceStyle(jscodeshift, () => style);
  }
  /** @type {Map<unknown, import('jscodeshift').JSCodeshift>} */
  const parsers = new Map();

  /** @param {unknown} parser */
  const withParser = (parser) => {
    let j = parsers.get(parser);
    if (j === undefined) {
      j = /** @type {import('jscodeshift').JSCodeshift} */ (jscodeshift).withParser(/** @type {any} */ (parser));
      parsers.set(parser, j);
    }
    return j;
  };

  /**
   * @param {LoadedAsset} asset
   * @param {string} path
   * @param {string} source
   * @param {FileResult} result
   * @returns {Promise<string>}
   */
  const runAsset = async (asset, path, source, result) => {
    if (asset.codemod !== undefined && !(compat && asset.transform !== undefined)) {
      const done = asset.codemod.transform({ path, source }, asset.options);
      for (const decline of done.declined) result.declined.push({ ...decline, asset: asset.id });
      if (done.source !== source) result.changes.push({ asset: asset.id, changes: done.changes });
      return done.source;
    }
    if (asset.transform === undefined) return source;
    if (!compat) style = styleOf(source);
    const j = withParser(asset.parser ?? asset.options['parser'] ?? parserFor(path, compat));
    const output = await asset.transform(
      { path, source },
      {
        j,
        jscodeshift: j,
        stats: (/** @type {string} */ name, quantity = 1) => {
          if (!dryRun && compat) return;
          result.stats[name] = (result.stats[name] ?? 0) + (typeof quantity === 'number' ? quantity : 1);
        },
        report: (/** @type {unknown} */ message) => {
          result.reports.push({ asset: asset.id, message: String(message) });
        },
      },
      { dry: dryRun, ...asset.options },
    );
    if (output === undefined || output === null || output === '' || output === source) return source;
    if (typeof output !== 'string') throw new TypeError(`it returned ${typeof output} and not a text`);
    result.changes.push({ asset: asset.id, changes: 0 });
    return !compat && lineEndsOf(source).mixed ? keepLineEnds(source, output) : output;
  };

  return async function transformFile(path, source) {
    /** @type {FileResult} */
    const result = { output: undefined, changes: [], declined: [], reports: [], stats: {}, failure: undefined };
    let text = source;
    for (const asset of assets) {
      if (asset.prefilter.length > 0 && !asset.prefilter.some((word) => text.includes(word))) continue;
      try {
        const next = await runAsset(asset, path, text, result);
        if (next !== text && !compat) {
          const fault = faultIn(path, next);
          if (fault !== undefined && faultIn(path, text) === undefined) {
            result.failure = { asset: asset.id, code: 'output-broken', message: fault };
            return result;
          }
        }
        text = next;
      } catch (error) {
        result.failure = { asset: asset.id, code: 'threw', message: messageOf(error) };
        return result;
      }
    }
    if (text !== source) result.output = text;
    return result;
  };
}

/**
 * As jscodeshift's CLI chooses, one parser for all, or the one that can read the file.
 *
 * @param {string} path
 * @param {boolean} compat
 */
function parserFor(path, compat) {
  if (compat) return 'babel';
  // A cast in angle brackets is an element to the parser that knows JSX, and such a file has none.
  return path.endsWith('.tsx') ? 'tsx' : /\.[cm]?ts$/.test(path) ? 'ts' : 'babel';
}

/**
 * Why a text is no program any more; undefined where it is one, or no language that can be told.
 *
 * @param {string} path
 * @param {string} text
 */
function faultIn(path, text) {
  const [, extension = ''] = /\.([cm]?[jt]sx?|es6?)$/.exec(path) ?? [];
  if (extension === '') return undefined;
  const lang = /\.d\.[cm]?ts$/.test(path)
    ? 'dts'
    : extension === 'tsx'
      ? 'tsx'
      : /^[cm]?ts$/.test(extension)
        ? 'ts'
        : 'jsx';
  const errorsAs = (/** @type {'module' | 'commonjs'} */ sourceType) =>
    parseSync(path, text, { lang, sourceType }).errors.filter(({ severity }) => severity === 'Error');
  const errors = errorsAs('module');
  if (errors.length === 0) return undefined;
  return errorsAs('commonjs')[0]?.message;
}

/** @param {unknown} error */
function messageOf(error) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, 2000);
}
