import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codemodIds, fixturesOf, isProgram } from './fixtures.js';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const home = path.join(import.meta.dirname, '..');
const manifest = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};

let folder: string;
let project: string;

/** Builds and packs the package, and unpacks it into an empty project beside what it depends on. */
beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'codemods-')));
  project = path.join(folder, 'project');
  const packed = path.join(folder, 'packed');
  const installed = path.join(project, 'node_modules/@codex-orch/codemods');
  await mkdir(packed);
  await mkdir(installed, { recursive: true });
  const tsup = path.join(path.dirname(require.resolve('tsup/package.json')), 'dist/cli-default.js');
  await run(process.execPath, [tsup, '--no-dts', '--out-dir', path.join(packed, 'dist')], { cwd: home });
  for (const name of ['package.json', 'README.md']) await cp(path.join(home, name), path.join(packed, name));
  const { stdout } = await run('npm', ['pack', '--silent', '--ignore-scripts'], { cwd: packed });
  await run('tar', ['-xzf', path.join(packed, stdout.trim()), '-C', installed, '--strip-components=1']);
  await writeFile(path.join(project, 'package.json'), '{ "name": "empty", "version": "1.0.0" }');
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const target = path.join(project, 'node_modules', name);
    await mkdir(path.dirname(target), { recursive: true });
    await symlink(await realpath(await folderOf(name)), target);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The folder of a dependency, by the rules of Node but without its exports. */
async function folderOf(name: string): Promise<string> {
  for (let at = home; ; at = path.dirname(at)) {
    const found = path.join(at, 'node_modules', name);
    if (await readFile(path.join(found, 'package.json')).catch(() => undefined)) return found;
    if (at === path.dirname(at)) throw new Error(`${name} is not installed`);
  }
}

/** What the official migration brings cannot be compiled by jscodeshift's Babel, and need not be. */
const own: Readonly<Record<string, string[]>> = { 'mcp-sdk-v1-to-v2': ['--no-babel'] };

const flags = (options: Readonly<Record<string, unknown>>) =>
  Object.entries(options).map(([name, value]) => `--${name}=${String(value)}`);

test.each(codemodIds)('plain jscodeshift runs %s from the packed package', async (id) => {
  const fixtures = fixturesOf(id).filter((fixture) => isProgram(fixture) && Object.keys(fixture.options).length === 0);
  const work = path.join(project, id);
  await mkdir(work);
  for (const { path: name, input } of fixtures) await writeFile(path.join(work, name), input);
  const jscodeshift = path.join(path.dirname(require.resolve('jscodeshift/package.json')), 'bin/jscodeshift.js');
  const transform = `node_modules/@codex-orch/codemods/dist/${id}.js`;
  const extensions = 'js,cjs,mjs,jsx,ts,cts,mts,tsx';
  const { stdout } = await run(
    process.execPath,
    [jscodeshift, '-t', transform, '--run-in-band', `--extensions=${extensions}`, ...(own[id] ?? []), id],
    { cwd: project },
  );
  expect(stdout).toContain('0 errors');
  expect(fixtures.length).toBeGreaterThan(0);
  for (const { path: name, output } of fixtures) {
    expect(await readFile(path.join(work, name), 'utf8'), name).toBe(output);
  }
});

test('options are flags of jscodeshift, and declined places are in its report', async () => {
  const [fixture] = fixturesOf('node-protocol-mock-aware').filter(({ name }) => name === 'mocked-elsewhere');
  const work = path.join(project, 'flags');
  await mkdir(work);
  await writeFile(path.join(work, 'a.js'), fixture!.input);
  const jscodeshift = path.join(path.dirname(require.resolve('jscodeshift/package.json')), 'bin/jscodeshift.js');
  const transform = 'node_modules/@codex-orch/codemods/dist/node-protocol-mock-aware.js';
  const args = [jscodeshift, '-t', transform, '--run-in-band', ...flags({ mocked: 'fs,dgram' }), 'flags'];
  const { stdout } = await run(process.execPath, args, { cwd: project });
  expect(await readdir(work)).toEqual(['a.js']);
  expect(await readFile(path.join(work, 'a.js'), 'utf8')).toBe(fixture!.output);
  expect(stdout).toContain('2:16 declined (mocked-elsewhere)');
});
