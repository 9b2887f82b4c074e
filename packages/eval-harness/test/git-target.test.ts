import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runChecked } from '@codex-orch/core';
import { expect, it } from 'vitest';
import { checkDrift, findRelease, npmSource, pinTarget, type Target, targetSchema } from '../src/index.js';
import { fetchTarget } from '../src/target/fetch-target.js';
import { temporaryFolder } from './temporary-folder.js';

const env = { PATH: process.env['PATH'] ?? '' };
const source = npmSource(env);

interface World {
  readonly repo: string;
  readonly url: string;
  readonly cacheDir: string;
  readonly configDir: string;
  git(...args: readonly string[]): Promise<string>;
  commit(files: Readonly<Record<string, string>>): Promise<string>;
}

async function repository(format = 'sha1'): Promise<World> {
  const folder = await temporaryFolder();
  const [repo, configDir] = [path.join(folder, 'origin'), path.join(folder, 'targets/small')];
  for (const each of [repo, configDir]) await mkdir(each, { recursive: true });
  await writeFile(path.join(configDir, 'package.json'), '{}');
  const who = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.org' };
  const names = { ...who, GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.org' };
  const own = { ...env, ...names, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  const git = async (...args: readonly string[]): Promise<string> =>
    (await runChecked('git', args, { cwd: repo, env: own })).toString().trim();
  await git('init', '--quiet', '--initial-branch=main', `--object-format=${format}`);
  return {
    ...{ repo, configDir, git, url: pathToFileURL(repo).href, cacheDir: path.join(folder, 'cache') },
    commit: async (files) => {
      for (const [file, text] of Object.entries(files)) await writeFile(path.join(repo, file), text);
      await git('add', '--all');
      await git('commit', '--quiet', '--message', 'A state');
      return git('rev-parse', 'HEAD');
    },
  };
}

const pin = ({ url, configDir }: World, commit: string): Promise<Target> =>
  pinTarget(
    {
      ...{ name: 'small', version: 'v1.0.0', origin: { kind: 'git', url, commit } },
      ...{ licence: 'MIT', traits: ['commonjs'], quick: false, timeoutSeconds: 60, refreshDays: 90 },
      ...{ sources: { include: ['lib'], exclude: [], extensions: ['.js'] }, setup: [] },
      ...{ tests: [{ command: ['node', 'test.js'], reporter: { kind: 'tap' } }] },
      ...{ baseline: { passed: 1, failed: 0, skipped: 0 } },
    },
    { source, configDir, now: 0 },
  );

it.each(['sha1', 'sha256'])(
  'the files of a commit come byte by byte, whatever attributes, filters and hooks would have (%s)',
  async (format) => {
    const world = await repository(format);
    const { repo, git, commit, cacheDir } = world;
    await writeFile(path.join(repo, 'run.sh'), 'exit 0\n');
    await chmod(path.join(repo, 'run.sh'), 0o755);
    await symlink('/etc/passwd', path.join(repo, 'link'));
    await git('config', 'filter.shout.clean', 'cat');
    await git('config', 'filter.shout.smudge', 'sh -c "touch ran; cat"');
    await writeFile(path.join(repo, '.git/hooks/post-checkout'), '#!/bin/sh\ntouch "$PWD/ran"\n', { mode: 0o755 });
    const id = await commit({
      ...{ '.gitattributes': '* text eol=crlf filter=shout\nunpublished export-ignore\n', 'lf.js': 'a\n' },
      ...{ unpublished: 'a test\n', '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = https://192.0.2.1/x\n' },
    });
    await git('update-index', '--add', '--cacheinfo', `160000,${id},x`);
    await git('commit', '--quiet', '--message', 'With a submodule');
    const target = await pin(world, await git('rev-parse', 'HEAD'));
    const files = await fetchTarget(target, { source, cacheDir });
    expect((await readdir(files)).sort()).toEqual(
      ['.gitattributes', '.gitmodules', 'lf.js', 'link', 'run.sh', 'unpublished', 'x'].sort(),
    );
    expect(await readFile(path.join(files, 'lf.js'), 'utf8')).toBe('a\n');
    // What is in the cache needs no repository.
    await git('update-ref', '-d', 'HEAD');
    expect(await fetchTarget(target, { source, cacheDir })).toBe(files);
    expect(await readdir(path.join(cacheDir, 'trees'))).toEqual([target.tree]);
  },
);

it('a commit whose files are not the pinned ones is not used, and one that is not there is told', async () => {
  const world = await repository();
  const first = await world.commit({ 'a.js': '1' });
  const second = await world.commit({ 'a.js': '2' });
  const target = await pin(world, first);
  const { url, cacheDir } = world;
  const at = (commit: string): Target => ({ ...target, origin: { kind: 'git', url, commit } });
  await expect(fetchTarget(at(second), { source, cacheDir })).rejects.toMatchObject({
    code: 'eval-target-tampered',
    message: expect.stringContaining(`the tree of ${url} at ${second} is sha256-`) as string,
  });
  await expect(fetchTarget(at('1'.repeat(40)), { source, cacheDir })).rejects.toMatchObject({
    code: 'eval-target-fetch-failed',
    message: expect.stringContaining('1'.repeat(40)) as string,
  });
  expect(await readdir(path.join(cacheDir, 'trees'))).toEqual([]);
});

it('a file in the cache that was changed is fetched anew', async () => {
  const world = await repository();
  const target = await pin(world, await world.commit({ 'a.js': '1' }));
  const files = await fetchTarget(target, { source, cacheDir: world.cacheDir });
  await writeFile(path.join(files, 'a.js'), 'process.exit(1)');
  await fetchTarget(target, { source, cacheDir: world.cacheDir });
  expect(await readFile(path.join(files, 'a.js'), 'utf8')).toBe('1');
});

it.each([
  ['a branch', { commit: 'main' }, /full id of a commit, as branches and tags can move/],
  ['a tag', { commit: 'v1.0.0' }, /full id of a commit/],
  ['a part of an id', { commit: '0123456' }, /full id of a commit/],
  ['a program instead of an address', { url: 'ext::sh -c id' }, /must be https/],
  ['an option instead of an address', { url: '--upload-pack=id' }, /must be https/],
  ['an address with a login', { url: 'https://ada:secret@example.org/x' }, /without a login/],
  ['a relative folder', { url: 'file://../x' }, /must be https/],
])('a pin names no %s', async (_, wrong, message) => {
  const world = await repository();
  const target = await pin(world, await world.commit({ 'a.js': '1' }));
  const parsed = targetSchema.safeParse({ ...target, origin: { ...target.origin, ...wrong } });
  expect(parsed.error?.issues.map((issue) => issue.message)).toEqual([expect.stringMatching(message)]);
});

it('the newest release is the highest tag, not the latest; without tags, the head; and a branch is none', async () => {
  const world = await repository();
  const head = await world.commit({ 'a.js': '0' });
  const target = await pin(world, head);
  expect(await findRelease(target, { env })).toEqual({ version: head.slice(0, 12), commit: head });
  await world.git('tag', '--annotate', '--message', 'Signed off', 'v1.10.0');
  await world.commit({ 'a.js': '1' });
  for (const tag of ['v1.9.0', 'v2.0.0-rc.1', 'nightly']) await world.git('tag', tag);
  expect(await findRelease(target, { env })).toEqual({ version: 'v1.10.0', commit: head });
  const nightly = await world.git('rev-parse', 'nightly');
  expect(await findRelease(target, { env, wanted: 'nightly' })).toEqual({ version: 'nightly', commit: nightly });
  await expect(findRelease(target, { env, wanted: 'main' })).rejects.toMatchObject({
    message: expect.stringContaining('has no tag main. A branch moves') as string,
  });

  const placed = { target, configDir: world.configDir };
  const newestRelease = (each: Target) => findRelease(each, { env });
  expect(await checkDrift([placed], { now: 0, newestRelease })).toEqual([]);
  await world.git('tag', 'v3.0.0');
  expect(await checkDrift([placed], { now: 0, newestRelease })).toEqual([
    { kind: 'newer-release', target: 'small', pinned: 'v1.0.0', latest: 'v3.0.0' },
  ]);
  const gone = { ...target, origin: { kind: 'git' as const, url: `${world.url}-gone`, commit: head } };
  expect(await checkDrift([{ ...placed, target: gone }], { now: 0, newestRelease })).toMatchObject([
    { kind: 'release-unknown', message: expect.stringContaining('-gone') as string },
  ]);
});
