import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { writeFileAtomic } from './atomic-write.js';
import { draftName, removeDrafts } from './draft.js';
import { makeScratchFolder } from './scratch-folder.js';

let folder: string;
const put = (name: string): Promise<void> => writeFile(path.join(folder, name), '');

beforeEach(async () => {
  folder = await temporaryFolder();
});

/** The name that a process which has ended gave to a draft. */
async function nameOfDead(prefix: string): Promise<string> {
  const child = spawn('true');
  await once(child, 'exit');
  return draftName(prefix).replace(`${prefix}${process.pid}-`, `${prefix}${child.pid ?? 0}-`);
}

it('removes the drafts of processes that have died, also whole folders, and no others', async () => {
  const living = draftName('.file.');
  const dead = await nameOfDead('.file.');
  const others = [living, await nameOfDead('.other.'), '.file.tmp', '.file.1-2-3-4.tmp', 'file'];
  for (const name of [...others, dead]) await put(name);
  await mkdir(path.join(folder, await nameOfDead('.file.'), 'inner'), { recursive: true });
  await removeDrafts(folder, '.file.');
  expect((await readdir(folder)).sort()).toEqual(others.sort());
});

it('removes a draft from before the machine was started again, though its process number is in use', async () => {
  await put(draftName('.file.').replace(/-[0-9a-f]{8}-([0-9a-f]{8}\.)/, '-00000000-$1'));
  await removeDrafts(folder, '.file.');
  expect(await readdir(folder)).toEqual([]);
});

it('leaves a draft of another machine until it is a day old', async () => {
  const [young, old] = [draftName('.file.'), draftName('.file.')].map((name) =>
    name.replace(/-[0-9a-f]{8}(\.[0-9a-f]{12}\.tmp)$/, '-00000000$1'),
  ) as [string, string];
  for (const name of [young, old]) await put(name);
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  await utimes(path.join(folder, old), twoDaysAgo, twoDaysAgo);
  await removeDrafts(folder, '.file.');
  expect(await readdir(folder)).toEqual([young]);
});

it('is content with a folder that does not exist', async () => {
  await expect(removeDrafts(path.join(folder, 'missing'), '.file.')).resolves.toBeUndefined();
});

it('happens when the file is written again', async () => {
  await put(await nameOfDead('.file.'));
  await writeFileAtomic(path.join(folder, 'file'), 'new');
  expect(await readdir(folder)).toEqual(['file']);
});

it('happens when another scratch folder of the kind is made', async () => {
  const mine = await makeScratchFolder('kind', folder);
  await put(await nameOfDead('codex-orch-kind-'));
  const other = await makeScratchFolder('kind', folder);
  expect((await readdir(folder)).sort()).toEqual([mine, other].map((name) => path.basename(name)).sort());
  expect((await stat(other)).mode & 0o777).toBe(0o700);
});

it('names the place where no scratch folder can be made', async () => {
  await put('file');
  await expect(makeScratchFolder('kind', path.join(folder, 'file'))).rejects.toMatchObject({ code: 'not-writable' });
});

it('is done for a whole folder where every file has a name of its own', async () => {
  const living = draftName('.a.json.');
  for (const name of [living, await nameOfDead('.b.json.'), await nameOfDead('c-'), 'd.json']) await put(name);
  await removeDrafts(folder);
  expect((await readdir(folder)).sort()).toEqual([living, 'd.json'].sort());
});
