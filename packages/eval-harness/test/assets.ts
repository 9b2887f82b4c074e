import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvaluatedAsset } from '../src/index.js';

/** An asset that replaces a text in every file. */
export function replacing(id: string, from: string, to: string): EvaluatedAsset {
  return {
    id,
    kind: 'codemod',
    version: '1.0.0',
    digest: `${from} ${to}`,
    async apply(folder, files) {
      let [matched, changes] = [0, 0];
      for (const file of files) {
        const text = await readFile(path.join(folder, file), 'utf8');
        if (!text.includes(from)) continue;
        matched += 1;
        changes += text.split(from).length - 1;
        await writeFile(path.join(folder, file), text.replaceAll(from, to));
      }
      return { matched, changes, declined: [], failed: [] };
    },
  };
}
