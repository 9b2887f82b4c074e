import { stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { fileTimeIn } from '../src/cache/file-time.js';
import { KnownFiles } from '../src/cache/known-files.js';
import { applyAssets } from '../src/index.js';
import { candidates } from '../src/selection/candidates.js';
import { makePrefilter } from '../src/selection/prefilter.js';
import { FileReader } from '../src/selection/read-file.js';
import { temporaryFolder } from './temporary-folder.js';
import { asset, put, read, rename, repository } from './world.js';

class CountingReader extends FileReader {
  readonly files: string[] = [];

  override read(file: string): ReturnType<FileReader['read']> {
    this.files.push(file);
    return super.read(file);
  }
}

/** Looks at the files as an application does; gives those that were read, that are wanted, and that were passed over. */
async function look(root: string, folder: string, files: readonly string[]) {
  const known = await KnownFiles.open(folder, 'key');
  const reader = new CountingReader(root, 1000);
  const wanted: string[] = [];
  const skipped: string[] = [];
  let unchanged = 0;
  const batches = candidates(files, {
    reader,
    prefilter: makePrefilter(['oldName']),
    known: known.verdicts,
    isWanted: ({ path: file }) => file !== 'same.js',
    onUnchanged: () => {
      unchanged += 1;
    },
    onSkipped: ({ path: file, reason }) => skipped.push(`${file} ${reason}`),
    onLooked: () => undefined,
  });
  for await (const batch of batches) wanted.push(...batch.map((file) => file.path));
  await known.save({ isWhole: true });
  return { read: reader.files, wanted, skipped, unchanged };
}

/** Until the clock that stamps files has gone on since a file was written. */
async function untilLater(folder: string, file: string): Promise<void> {
  const { ctimeMs } = await stat(file);
  while ((await fileTimeIn(folder))!.at <= ctimeMs);
}

it('reads what was looked at only once, and says of it what it said', async () => {
  const root = await temporaryFolder();
  const folder = await temporaryFolder();
  await put(root, {
    'wanted.js': 'oldName',
    'same.js': 'oldName',
    'other.js': 'x',
    'sub/written.js': '// @generated oldName',
    'last.js': 'oldName\0',
  });
  const files = ['wanted.js', 'same.js', 'other.js', 'sub/written.js', 'last.js'];
  await untilLater(folder, path.join(root, 'last.js'));
  const said = { wanted: ['wanted.js'], skipped: ['sub/written.js generated', 'last.js binary'], unchanged: 1 };
  expect(await look(root, folder, files)).toEqual({ read: files, ...said });
  expect(await look(root, folder, files)).toEqual({ read: ['wanted.js'], ...said });
  await writeFile(path.join(root, 'other.js'), 'oldName');
  expect(await look(root, folder, files)).toEqual({
    ...said,
    read: ['wanted.js', 'other.js'],
    wanted: ['wanted.js', 'other.js'],
  });
});

it('reads again what was written right before it was looked at', async () => {
  const root = await temporaryFolder();
  const folder = await temporaryFolder();
  const file = path.join(root, 'new.js');
  await writeFile(file, 'x');
  // A time to come is that of no look.
  await utimes(file, 1e10, 1e10);
  expect(await look(root, folder, ['new.js'])).toMatchObject({ read: ['new.js'] });
  expect(await look(root, folder, ['new.js'])).toMatchObject({ read: ['new.js'] });
});

it('changes a file that got as many other bytes and its old time back since it was looked at', async () => {
  const root = await repository({ 'a.js': 'someName();\n'.slice(1) });
  const one = await asset(rename, { prefilter: ['oldName'] });
  const apply = () => applyAssets({ root, assets: [one] });
  await untilLater(path.join(root, '.git'), path.join(root, 'a.js'));
  expect(await apply()).toMatchObject({ status: 'unchanged', examined: 0 });
  const file = path.join(root, 'a.js');
  const { atime, mtime } = await stat(file);
  await writeFile(file, 'oldName();\n');
  await utimes(file, atime, mtime);
  expect(await apply()).toMatchObject({ status: 'applied', changed: [{ path: 'a.js' }] });
  expect(await read(root, 'a.js')).toBe('newName();\n');
});
