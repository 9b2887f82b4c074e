import { lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeTime } from 'ulid';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { newRunId } from './run-id.js';
import { RunLayout } from './run-layout.js';

const day = 24 * 3600 * 1000;

async function place(root: string, runId: string): Promise<string> {
  const dir = path.join(root, '.runs/adhoc', runId);
  await mkdir(dir, { recursive: true });
  return dir;
}

it('makes a run in folders that only their owner may enter', async () => {
  const root = await temporaryFolder();
  const layout = new RunLayout(root);
  const location = layout.place('adhoc', newRunId());
  await layout.make(location);
  for (const folder of [layout.root, path.dirname(location.dir), location.dir])
    expect((await lstat(folder)).mode & 0o777, folder).toBe(0o700);
  expect(await layout.find('latest')).toEqual(location);
});

it.each([['.runs'], ['.runs/adhoc']])('neither makes nor finds a run behind a link at %s', async (link) => {
  const root = await temporaryFolder();
  const outside = await temporaryFolder();
  await mkdir(path.join(outside, 'adhoc', newRunId()), { recursive: true });
  await mkdir(path.dirname(path.join(root, link)), { recursive: true });
  await symlink(link === '.runs' ? outside : path.join(outside, 'adhoc'), path.join(root, link));
  const before = await readdir(path.join(outside, 'adhoc'));
  const layout = new RunLayout(root);
  await expect(layout.make(layout.place('adhoc', newRunId()))).rejects.toMatchObject({ code: 'run-place-unsafe' });
  await expect(layout.find('latest')).rejects.toMatchObject({
    code: expect.stringMatching(/^(run-place-unsafe|unknown-run)$/) as string,
  });
  expect(await readdir(path.join(outside, 'adhoc'))).toEqual(before);
});

it('refuses a run that is a link itself, and does not take it for the latest', async () => {
  const root = await temporaryFolder();
  const [mine, linked] = [newRunId(), newRunId()];
  const dir = await place(root, mine);
  await symlink(dir, path.join(root, '.runs/adhoc', linked));
  const layout = new RunLayout(root);
  expect((await layout.find('latest')).runId).toBe(mine);
  await expect(layout.find(linked)).rejects.toMatchObject({ code: 'run-place-unsafe' });
});

it('says that a file is no place for runs', async () => {
  const root = await temporaryFolder();
  await writeFile(path.join(root, '.runs'), '');
  await expect(new RunLayout(root).locations()).rejects.toMatchObject({ code: 'run-place-unsafe' });
});

it('overlooks runs that were not made yet, but not those of a clock that is a little ahead', async () => {
  const root = await temporaryFolder();
  const at = (time: number): string => `${encodeTime(time)}0000000000000000`;
  const mine = newRunId();
  await place(root, mine);
  await place(root, at(Date.now() + 2 * day));
  await place(root, '7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
  const layout = new RunLayout(root);
  expect((await layout.find('latest')).runId).toBe(mine);
  expect(await layout.list()).toEqual([mine]);
  const ahead = at(Date.now() + day / 2);
  await place(root, ahead);
  expect((await layout.find('latest')).runId).toBe(ahead);
});
