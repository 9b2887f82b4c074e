import { Socket } from 'node:net';
import process from 'node:process';
import { encodeFrame, FrameReader } from './frames.js';
import { loadAsset } from './load-asset.js';
import { survey, take } from './survey-project.js';
import { closeNetwork } from './no-network.js';
import { makeTransformer } from './transform-file.js';

/**
 * The program of a lane: it loads the assets it is told of, then sends files through them, one after the other. It may read, and nothing else.
 *
 * @typedef {object} Load
 * @property {'load'} type
 * @property {Parameters<typeof loadAsset>[0][]} assets
 * @property {boolean} compat
 * @property {boolean} dryRun
 *
 * @typedef {object} Files
 * @property {'files'} type
 * @property {{ readonly path: string, readonly bytes: number }[]} files their contents follow each other in the body
 *
 * @typedef {object} Look
 * @property {'look'} type
 * @property {Files['files']} files part of the project that is to be surveyed
 *
 * @typedef {object} Survey
 * @property {'survey'} type
 * @property {string} asset
 */

// Opened before the network closes, and by nobody else's number.
const parent = new Socket({ fd: 3 });
closeNetwork();

/**
 * @param {unknown} message
 * @param {Buffer} [body]
 */
const say = (message, body) => parent.write(encodeFrame(message, body ? [body] : []));

/** @type {Awaited<ReturnType<typeof loadAsset>>[]} */
let assets = [];

/** @type {Awaited<ReturnType<typeof makeTransformer>> | undefined} */
let transformFile;

/** @param {Load} order */
async function load(order) {
  const loaded = [];
  for (const asset of order.assets) {
    try {
      loaded.push(await loadAsset(asset));
    } catch (error) {
      say({
        type: 'broken',
        asset: asset.id,
        message: String(error instanceof Error ? error.message : error).slice(0, 2000),
      });
      return;
    }
  }
  assets = loaded;
  transformFile = await makeTransformer(loaded, order);
  say({
    type: 'ready',
    assets: loaded.map(({ id, codemod, transform }) => ({
      id,
      hasTransform: transform !== undefined,
      ...(codemod === undefined
        ? {}
        : { codemod: { id: codemod.id, prefilter: codemod.prefilter, hasSurvey: codemod.survey !== undefined } }),
    })),
  });
}

/**
 * @param {Files} order
 * @param {Buffer} body
 */
async function transform({ files }, body) {
  let start = 0;
  for (const { path, bytes } of files) {
    const source = body.toString('utf8', start, start + bytes);
    start += bytes;
    const result = await /** @type {NonNullable<typeof transformFile>} */ (transformFile)(path, source);
    const { output, ...rest } = result;
    say(
      { type: 'result', path, changed: output !== undefined, ...rest },
      output === undefined ? undefined : Buffer.from(output),
    );
  }
}

/**
 * @param {Load | Files | Look | Survey} order
 * @param {Buffer} body
 */
function obey(order, body) {
  switch (order.type) {
    case 'load':
      return load(order);
    case 'files':
      return transform(order, body);
    case 'look':
      take(order.files, body);
      say({ type: 'taken' });
      return undefined;
    case 'survey':
      say(survey(assets.find(({ id }) => id === order.asset)));
      return undefined;
  }
}

const reader = new FrameReader();
/** @type {Promise<void>} */
let turn = Promise.resolve();

parent.on('data', (/** @type {Buffer} */ chunk) => {
  for (const { message, body } of reader.push(chunk)) {
    const order = /** @type {Load | Files | Look | Survey} */ (message);
    turn = turn.then(() => obey(order, body));
  }
});
parent.on('end', () => process.exit(0));
parent.on('error', () => process.exit(0));
