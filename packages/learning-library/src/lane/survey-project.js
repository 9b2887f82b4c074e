/**
 * The files of the project as bytes, outside of the heap: texts are made of them one by one, as a survey asks for them.
 *
 * @type {{ readonly path: string, readonly content: Buffer }[]}
 */
const project = [];

/**
 * Keeps files of the project for the surveys that follow.
 *
 * @param {readonly { readonly path: string, readonly bytes: number }[]} files
 * @param {Buffer} body their contents, one after the other
 */
export function take(files, body) {
  let start = 0;
  for (const { path, bytes } of files) {
    project.push({ path, content: body.subarray(start, start + bytes) });
    start += bytes;
  }
}

/**
 * Has an asset look over all files that were taken, and tells the options that it gives.
 *
 * @param {import('./load-asset.js').LoadedAsset | undefined} asset
 */
export function survey(asset) {
  try {
    return { type: 'surveyed', asset: asset?.id, options: asset?.codemod?.survey?.(files(), asset.options) };
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { type: 'survey-threw', asset: asset?.id, message: text.slice(0, 2000) };
  }
}

function* files() {
  for (const { path, content } of project) yield { path, source: content.toString('utf8') };
}
