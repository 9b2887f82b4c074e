import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyAssets, readApplication, rollbackApplication } from '../src/index.js';
import { asset, git, put, read, rename, repository } from './world.js';

const many = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [`f${String(index).padStart(2, '0')}.js`, `oldName(${index});\n`]),
);
const changedNow = (root: string): number => git(root, 'diff', '--name-only').split('\n').length - 1;

describe('an application that is interrupted', () => {
  it('while it examines, has changed nothing', async () => {
    const root = await repository(many);
    const stop = new AbortController();
    const result = await applyAssets({
      root,
      assets: [await asset(rename)],
      signal: stop.signal,
      onProgress: () => {
        stop.abort();
      },
    });
    expect(result).toMatchObject({ status: 'interrupted', id: undefined });
    expect(git(root, 'status', '--porcelain')).toBe('');
  });

  it('while it writes, leaves whole files, and can be taken back', async () => {
    const root = await repository(many);
    const stop = new AbortController();
    const result = await applyAssets({
      root,
      assets: [await asset(rename)],
      signal: stop.signal,
      onProgress: ({ phase, done }) => {
        if (phase === 'writing' && done > 16) stop.abort();
      },
    });
    expect(result.status).toBe('interrupted');
    const written = result.changed.filter(({ outcome }) => outcome === 'written');
    expect(written.length).toBeGreaterThan(0);
    expect(written.length).toBeLessThan(60);
    expect(changedNow(root)).toBe(written.length);
    for (const [name, source] of Object.entries(many))
      expect([source, source.replace('old', 'new')]).toContain(await read(root, name));
    const back = await rollbackApplication({ root, application: 'latest' });
    expect(back.restored).toHaveLength(written.length);
    expect(back.untouched).toHaveLength(60 - written.length);
    expect(git(root, 'status', '--porcelain')).toBe('');
  });

  it('by a signal before it began, does nothing', async () => {
    const root = await repository(many);
    const signal = AbortSignal.abort();
    expect(await applyAssets({ root, assets: [await asset(rename)], signal })).toMatchObject({ status: 'interrupted' });
    expect(git(root, 'status', '--porcelain')).toBe('');
  });
});

describe('an application that is killed', () => {
  let folder: string;

  // A process of its own has to die, and it cannot read TypeScript.
  beforeAll(async () => {
    const modules = path.join(import.meta.dirname, '../node_modules');
    await mkdir(modules, { recursive: true });
    folder = await mkdtemp(path.join(modules, '.killed-'));
    await build({
      config: false,
      silent: true,
      entry: {
        index: path.join(import.meta.dirname, '../src/index.ts'),
        'lane-program': path.join(import.meta.dirname, '../src/lane/lane-program.js'),
      },
      format: 'esm',
      target: 'node20',
      platform: 'node',
      outDir: folder,
      external: ['jscodeshift', 'oxc-parser', 'zod', 'ulid'],
      noExternal: [/^@codex-orch\//],
      esbuildOptions: (options) => {
        options.conditions = ['@codex-orch/source'];
      },
    });
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(
      path.join(folder, 'die.js'),
      `import { applyAssets } from './index.js';
      const { root, asset } = JSON.parse(process.argv[2]);
      await applyAssets({ root, assets: [asset], onProgress: ({ phase, done }) => {
        if (phase === 'writing' && done > 16) process.kill(process.pid, 'SIGKILL');
      } });`,
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('in the middle of writing, can be taken back', async () => {
    const root = await repository(many);
    const told = JSON.stringify({ root, asset: await asset(rename) });
    const child = spawn(process.execPath, [path.join(folder, 'die.js'), told], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [errors, exit] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<unknown[]>]);
    expect([errors, ...exit]).toEqual(['', null, 'SIGKILL']);
    const written = changedNow(root);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(60);
    const { id, state } = await readApplication(root, 'latest');
    expect(state).toBe('writing');
    // As if it had died between writing a draft and putting it in its place.
    await put(root, { [`.f59.js.${id}.tmp`]: 'newN' });
    const back = await rollbackApplication({ root, application: id });
    expect(back.restored).toHaveLength(written);
    expect(git(root, 'status', '--porcelain')).toBe('');
    expect((await readdir(root)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    // Nobody holds the lock of the dead one.
    expect(await applyAssets({ root, assets: [await asset(rename)] })).toMatchObject({ status: 'applied' });
  });
});

describe('taking an application back', () => {
  const apply = async (files: Readonly<Record<string, string>>): Promise<{ root: string; id: string }> => {
    const root = await repository(files);
    const { id = '' } = await applyAssets({ root, assets: [await asset(rename)] });
    return { root, id };
  };

  it('names the files that have changed since, changes nothing, and restores the rest on request', async () => {
    const { root, id } = await apply({ 'a.js': 'oldName();\n', 'b.js': 'oldName();\n', 'c.js': 'oldName();\n' });
    await put(root, { 'b.js': 'mine();\n' });
    await rm(path.join(root, 'c.js'));
    await expect(rollbackApplication({ root, application: id })).rejects.toMatchObject({
      code: 'rollback-conflict',
      paths: ['b.js', 'c.js'],
    });
    expect(await read(root, 'a.js')).toBe('newName();\n');
    const back = await rollbackApplication({ root, application: id.slice(0, 12), rest: true });
    expect(back).toMatchObject({ restored: ['a.js'], changedSince: ['b.js', 'c.js'] });
    expect([await read(root, 'a.js'), await read(root, 'b.js')]).toEqual(['oldName();\n', 'mine();\n']);
    expect(await readApplication(root, id)).toMatchObject({ state: 'partly-rolled-back' });
  });

  it('can be asked for twice', async () => {
    const { root, id } = await apply({ 'a.js': 'oldName();\n' });
    await rollbackApplication({ root, application: id });
    expect(await rollbackApplication({ root, application: id })).toMatchObject({ restored: [], untouched: ['a.js'] });
  });

  it('refuses a patch or a record that is not the one that was written', async () => {
    const { root, id } = await apply({ 'a.js': 'oldName();\n' });
    const folder = path.join(root, '.runs/patterns/applications', id);
    const patch = path.join(folder, 'reverse.patch');
    const before = await readFile(patch, 'utf8');
    await writeFile(patch, before.replace('+oldName', '+evilName'));
    await expect(rollbackApplication({ root, application: id })).rejects.toMatchObject({ code: 'application-corrupt' });
    await writeFile(path.join(folder, 'application.json'), '{');
    await expect(rollbackApplication({ root, application: id })).rejects.toMatchObject({ code: 'application-corrupt' });
    expect(await read(root, 'a.js')).toBe('newName();\n');
  });

  it('never writes outside, whatever a record says', async () => {
    const { root, id } = await apply({ 'sub/a.js': 'oldName();\n' });
    const file = path.join(root, '.runs/patterns/applications', id, 'application.json');
    const outside = path.join(root, '..', `${path.basename(root)}-a.js`);
    await writeFile(outside, 'newName();\n');
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('"sub/a.js"', JSON.stringify(`../${path.basename(outside)}`)),
    );
    await expect(rollbackApplication({ root, application: id })).rejects.toMatchObject({ code: 'application-corrupt' });
    expect(await readFile(outside, 'utf8')).toBe('newName();\n');
    await rm(outside);
  });

  it.each(['', 'latest', '01ARZ3NDEKTSV4RRFFQ69G5FAV'])('knows no application %j where there is none', async (name) => {
    const root = await repository({});
    await expect(rollbackApplication({ root, application: name })).rejects.toMatchObject({
      code: 'unknown-application',
    });
  });
});
