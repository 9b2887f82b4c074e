import { stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { makeFolder } from './make-folder.js';

it('makes a folder with those above it, and is content when it is there', async () => {
  const folder = path.join(await temporaryFolder(), 'a/b/c');
  await makeFolder(folder, { mode: 0o700 });
  await makeFolder(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

it('takes a link to a folder for one', async () => {
  const root = await temporaryFolder();
  await symlink(root, path.join(root, 'link'));
  await expect(makeFolder(path.join(root, 'link'))).resolves.toBeUndefined();
});

it('names what is in its place, or in that of one above it', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  await expect(makeFolder(file)).rejects.toMatchObject({
    code: 'not-writable',
    message: /something else is in its place/,
  });
  await expect(makeFolder(path.join(file, 'a/b'))).rejects.toMatchObject({
    code: 'not-writable',
    message: /is not a folder/,
  });
});

it('ends with an error where a file system takes no folders', async () => {
  await expect(makeFolder('/proc/codex-orch/runs')).rejects.toMatchObject({ code: 'not-writable' });
});
