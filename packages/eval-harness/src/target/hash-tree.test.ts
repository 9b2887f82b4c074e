import { chmod, cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { hashTree } from './hash-tree.js';

it('tells folders apart by every file in them, and by nothing else', async () => {
  const root = await temporaryFolder();
  const tree = path.join(root, 'tree');
  await mkdir(path.join(tree, 'in'), { recursive: true });
  for (const [name, text] of Object.entries({ a: 'one', 'in/b': 'two', link: 'in/b' }))
    await writeFile(path.join(tree, name), text);
  // What is asked of a link tells its rights, too.
  await chmod(path.join(tree, 'link'), 0o755);
  const hash = await hashTree(tree);
  const changed = async (change: (copy: string) => Promise<unknown>): Promise<string> => {
    const copy = path.join(root, 'copy');
    await rm(copy, { recursive: true, force: true });
    await cp(tree, copy, { recursive: true });
    await change(copy);
    return hashTree(copy);
  };
  const others = [
    await changed((copy) => writeFile(path.join(copy, 'a'), 'ONE')),
    await changed((copy) => rename(path.join(copy, 'a'), path.join(copy, 'A'))),
    await changed((copy) => chmod(path.join(copy, 'a'), 0o755)),
    await changed(async (copy) => {
      await rm(path.join(copy, 'link'));
      await symlink('in/b', path.join(copy, 'link'));
    }),
    await changed((copy) => writeFile(path.join(copy, 'new'), '')),
    await changed((copy) => rm(path.join(copy, 'in/b'))),
  ];
  expect(new Set([hash, ...others]).size).toBe(7);
  expect(await changed(() => Promise.resolve())).toBe(hash);
  expect(await changed((copy) => mkdir(path.join(copy, 'empty')))).toBe(hash);
  expect(await changed((copy) => chmod(path.join(copy, 'a'), 0o640))).toBe(hash);
});
