import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@codex-orch/core';
import { applyEdits, type FormattingOptions, type JSONPath, modify } from 'jsonc-parser';
import type { AssetIndex } from './asset-entry.js';
import { IndexBrokenError, IndexBusyError } from './errors.js';
import { parseIndex } from './load-index.js';

/** One change of an index, e.g. `{ path: ['assets', 2, 'status'], value: 'proven' }`; `undefined` takes a value away, an index of -1 appends. */
export interface IndexChange {
  readonly path: JSONPath;
  readonly value: unknown;
}

/** What an index begins with. */
export const EMPTY_INDEX = '{\n  "schemaVersion": 1,\n  "assets": []\n}\n';

const TRIES = 5;

/** Changes the text of an index and nothing else in it: order, unknown fields and white space stay. Throws {@link IndexBrokenError}. */
export function editIndex(file: string, text: string, changes: (index: AssetIndex) => readonly IndexChange[]): string {
  const source = text.trim() === '' ? EMPTY_INDEX : text;
  const { index, problems } = parseIndex(source);
  if (!index) throw new IndexBrokenError(file, problems);
  const bom = source.startsWith('\uFEFF') ? '\uFEFF' : '';
  const formattingOptions = formattingOf(source);
  const edited = changes(index).reduce((before, { path, value }) => {
    const isArrayInsertion = path.at(-1) === -1;
    return applyEdits(before, modify(before, path, value, { formattingOptions, isArrayInsertion }));
  }, source.slice(bom.length));
  const result = bom + edited;
  const after = parseIndex(result);
  if (!after.index) throw new IndexBrokenError(file, after.problems);
  return result;
}

/**
 * Changes an index file. Readers see the old text or the new one; where somebody else changed it meanwhile, `changes` is called again with that.
 *
 * Returns the text that was written. Throws {@link IndexBrokenError}, also where the changes would break it, {@link IndexBusyError} and `NotWritableError`.
 */
export async function saveIndex(file: string, changes: (index: AssetIndex) => readonly IndexChange[]): Promise<string> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await read(file);
    const text = editIndex(file, before, changes);
    if (text === before) return text;
    if ((await read(file)) !== before) continue;
    await writeFileAtomic(file, text);
    return text;
  }
  throw new IndexBusyError(file);
}

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });

function formattingOf(text: string): FormattingOptions {
  const indent = /^[ \t]+(?=["[{])/m.exec(text)?.[0] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}
