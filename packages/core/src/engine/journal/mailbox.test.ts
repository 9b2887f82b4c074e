import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
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
