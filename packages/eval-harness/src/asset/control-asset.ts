import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvaluatedAsset } from './asset.js';

/**
 * A codemod that is wrong on purpose: it turns strict comparisons around. Code keeps its form, so only tests can tell. A target whose
 * tests do not tell proves nothing about other assets.
 */
export const controlAsset: EvaluatedAsset = {
  id: 'control-wrong-codemod',
  kind: 'control',
  version: '1',
  digest: 'control-1',
  async apply(folder, files) {
    let [matched, changes] = [0, 0];
    for (const file of files) {
      const place = path.join(folder, file);
      const text = await readFile(place, 'latin1');
      if (!comparison.test(text)) continue;
      matched += 1;
      const turned = text.replace(everyComparison, (sign) => {
        changes += 1;
        return sign === ' === ' ? ' !== ' : ' === ';
      });
      await writeFile(place, turned, 'latin1');
    }
    return { matched, changes, declined: [], failed: [] };
  },
};

const comparison = / [=!]== /;
const everyComparison = / [=!]== /g;
