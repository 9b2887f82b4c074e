import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { watchSyncs } from '../../../test/synced.js';
import { temporaryFolder } from '../../../test/temporary-folder.js';
import { draftName } from '../../fs/draft.js';
import { Mailbox } from './mailbox.js';

const letter = { name: 'go', payload: 'hello', key: 'k' };

it('removes what senders that were killed left when the next letter is posted, and when it is watched', async () => {
  const folder = path.join(await temporaryFolder(), 'inbox');
  await mkdir(folder);
  const child = spawn('true');
  await once(child, 'exit');
  const dead = draftName('.').replace(`.${process.pid}-`, `.${child.pid ?? 0}-`);
  const mailbox = new Mailbox(folder);
  await writeFile(path.join(folder, dead), '{');
  await mailbox.post(letter);
  expect(await readdir(folder)).toEqual([expect.stringMatching(/\.json$/)]);
  await writeFile(path.join(folder, dead), '{');
  const stop = await mailbox.watch(() => undefined);
  stop();
  expect(await readdir(folder)).toEqual([expect.stringMatching(/\.json$/)]);
});

it('says so when a letter cannot be posted, or the folder not be made', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const mailbox = new Mailbox(path.join(file, 'inbox'));
  await expect(mailbox.post(letter)).rejects.toMatchObject({ code: 'not-writable' });
  await expect(mailbox.watch(() => undefined)).rejects.toMatchObject({ code: 'not-writable' });
});

it('has a letter on the disk when it is posted, and keeps it until it was delivered', async () => {
  const folder = path.join(await temporaryFolder(), 'inbox');
  const mailbox = new Mailbox(folder);
  const { sync } = await watchSyncs();
  await mailbox.post(letter);
  expect(sync).toHaveBeenCalled();
  await expect(mailbox.empty(() => Promise.reject(new Error('the journal is full')))).rejects.toThrow('full');
  expect(await mailbox.letters()).toEqual([letter]);
  const delivered: unknown[] = [];
  await mailbox.empty((one) => Promise.resolve(void delivered.push(one)));
  expect(delivered).toEqual([letter]);
  expect(await readdir(folder)).toEqual([]);
});

it('hands letters over as they were posted, though the clock was set back between them', async () => {
  const folder = path.join(await temporaryFolder(), 'inbox');
  await mkdir(folder);
  const tomorrow = String(Date.now() + 24 * 60 * 60 * 1000).padStart(15, '0');
  await writeFile(path.join(folder, `${tomorrow}-a.json`), JSON.stringify({ ...letter, payload: 'first' }));
  const mailbox = new Mailbox(folder);
  await mailbox.post({ ...letter, payload: 'second' });
  expect((await mailbox.letters()).map(({ payload }) => payload)).toEqual(['first', 'second']);
});

it('puts a letter aside that is longer than anybody writes', async () => {
  const folder = path.join(await temporaryFolder(), 'inbox');
  await mkdir(folder);
  const mailbox = new Mailbox(folder);
  await writeFile(path.join(folder, 'heap.json'), JSON.stringify({ ...letter, payload: 'x'.repeat(1024 * 1024) }));
  await mailbox.empty(() => Promise.reject(new Error('it was delivered')));
  expect(await readdir(folder)).toEqual(['heap.json.bad']);
});
