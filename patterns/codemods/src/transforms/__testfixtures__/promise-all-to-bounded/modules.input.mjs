import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export async function readAll(folder, ...names) {
  const files = await readdir(folder);
  const texts = await Promise.all(files.map(async (name) => readFile(path.join(folder, name), 'utf8')));
  const sizes = await Promise.all(
    names.map(async (name, index) => {
      return [index, (await readFile(name)).length];
    }),
  );
  return Promise.all(Object.entries({ texts, sizes }).map(async ([key, value]) => `${key}: ${value}`));
}
