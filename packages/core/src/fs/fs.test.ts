import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { lstat, mkdir, open, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { watchSyncs } from '../../test/synced.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { writeError } from './errors.js';
import { DiskFullError, exists, resolveInside, sha256File, writeFileAtomic } from './index.js';

describe('writeFileAtomic', () => {
  it('creates and replaces a file, leaving nothing else behind', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'file');
    await writeFileAtomic(file, 'one');
    await writeFileAtomic(file, Buffer.from('two'), { mode: 0o600, durable: false });
    expect(await readFile(file, 'utf8')).toBe('two');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('has the file and its name on the disk when it resolves, unless that is not wanted', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    const { sync } = await watchSyncs();
    await writeFileAtomic(file, 'one', { durable: false });
    expect(sync).not.toHaveBeenCalled();
    await writeFileAtomic(file, 'two');
    expect(sync).toHaveBeenCalledTimes(2);
  });

  it('replaces a symbolic link instead of writing through it', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'target'), 'untouched');
    await symlink('target', path.join(folder, 'link'));
    await writeFileAtomic(path.join(folder, 'link'), 'new');
    expect(await readFile(path.join(folder, 'target'), 'utf8')).toBe('untouched');
    expect((await lstat(path.join(folder, 'link'))).isSymbolicLink()).toBe(false);
  });

  it('lets a reader see a whole version, never a part, while it is replaced', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    const versions = ['a', 'b'].map((letter) => letter.repeat(200_000));
    await writeFileAtomic(file, versions[0] ?? '');
    const seen: Promise<string>[] = [];
    for (let round = 0; round < 20; round += 1) {
      const writing = writeFileAtomic(file, versions[round % 2] ?? '', { durable: false });
      seen.push(readFile(file, 'utf8'), readFile(file, 'utf8'));
      await writing;
    }
    for (const content of await Promise.all(seen)) expect(versions).toContain(content);
  });

  it('names the folder that does not exist, and the one that is no folder', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'file'), '');
    await expect(writeFileAtomic(path.join(folder, 'missing/x'), '')).rejects.toMatchObject({
      code: 'not-writable',
      message: /its folder does not exist/,
    });
    await expect(writeFileAtomic(path.join(folder, 'file/x'), '')).rejects.toMatchObject({
      code: 'not-writable',
      message: /is not a folder/,
    });
  });

  it('removes its temporary file when the target cannot be replaced', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'taken'));
    await expect(writeFileAtomic(path.join(folder, 'taken'), 'x')).rejects.toMatchObject({ code: 'not-writable' });
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it('calls a full disk by its name', async () => {
    const full = await open('/dev/full', 'w');
    const cause = await full.write('x').catch((error: unknown) => error);
    await full.close();
    expect(writeError('/some/file', cause)).toBeInstanceOf(DiskFullError);
  });

  it('tells of a disk that failed', () => {
    const cause = Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
    expect(writeError('/some/file', cause)).toMatchObject({ code: 'not-writable', message: /the disk failed/ });
  });
});

describe('resolveInside', () => {
  it('gives the real place of a path, also of one that does not exist', async () => {
    const root = await temporaryFolder();
    await mkdir(path.join(root, 'real'));
    await symlink('real', path.join(root, 'link'));
    await symlink(path.join(root, 'real'), path.join(root, 'absolute'));
    expect(await resolveInside(root, 'a/b')).toBe(path.join(root, 'a/b'));
    expect(await resolveInside(root, './link//x')).toBe(path.join(root, 'real/x'));
    expect(await resolveInside(root, 'absolute/x')).toBe(path.join(root, 'real/x'));
    expect(await resolveInside(root, '.')).toBe(root);
  });

  it.each(['/etc/passwd', '..', 'a/../b', '../x', 'a\0b'])('refuses %j', async (name) => {
    await expect(resolveInside(await temporaryFolder(), name)).rejects.toMatchObject({ code: 'path-escapes' });
  });

  it.each([
    ['absolute', '/etc'],
    ['relative', '../..'],
    ['dangling', '../not-there-yet'],
    ['circular', 'link'],
    ['of a sibling with the same prefix', '../root-sibling'],
  ])('refuses a way through a link that is %s and leaves the folder', async (_, target) => {
    const root = path.join(await temporaryFolder(), 'root');
    await mkdir(root);
    await symlink(target, path.join(root, 'link'));
    await expect(resolveInside(root, 'link/x')).rejects.toMatchObject({ code: 'path-escapes' });
    await expect(resolveInside(root, 'link')).rejects.toMatchObject({ code: 'path-escapes' });
  });

  it('never gives a path outside, whatever it is asked', async () => {
    const root = await temporaryFolder();
    await symlink('..', path.join(root, 'up'));
    await mkdir(path.join(root, 'in/deep'), { recursive: true });
    await symlink('../..', path.join(root, 'in/deep/top'));
    const name = fc.constantFrom('..', '.', '', 'up', 'in', 'deep', 'top', 'x', '/');
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 8 }), async (names) => {
        const place = await resolveInside(root, names.join('/')).catch(() => root);
        expect(place === root || place.startsWith(`${root}/`)).toBe(true);
      }),
    );
  });
});

describe('exists', () => {
  it('finds files and folders, also behind a link, and nothing below a file', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'file'), '');
    await symlink('file', path.join(folder, 'link'));
    await symlink('nowhere', path.join(folder, 'broken'));
    const places = ['.', 'file', 'link', 'broken', 'nothing', 'file/below'];
    const found = await Promise.all(places.map((place) => exists(path.join(folder, place))));
    expect(found).toEqual([true, true, true, false, false, false]);
  });

  it('does not take a place that it cannot look at for an empty one', async () => {
    const folder = await temporaryFolder();
    await symlink('loop', path.join(folder, 'loop'));
    await expect(exists(path.join(folder, 'loop'))).rejects.toMatchObject({ code: 'ELOOP' });
  });
});

it('hashes a file of any size', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  const content = Buffer.alloc(300_000, 'abc');
  await writeFile(file, content);
  expect(await sha256File(file)).toEqual({
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
  });
});
