import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';

export async function readAll(folder, ...names) {
  const files = await readdir(folder);
  const texts = await pMap(files, async (name) => readFile(path.join(folder, name), 'utf8'), { concurrency: 8 });
  const sizes = await pMap(names, async (name, index) => {
      return [index, (await readFile(name)).length];
    }, { concurrency: 8 });
  return pMap(Object.entries({ texts, sizes }), async ([key, value]) => `${key}: ${value}`, { concurrency: 8 });
}
