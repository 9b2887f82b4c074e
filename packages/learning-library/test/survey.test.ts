import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { applyAssets, readApplication } from '../src/index.js';
import { asset, git, put, read, repository } from './world.js';

/** Names builtins with `node:`, but for those that a test of the project mocks by name. */
const nodeProtocol = `
export const codemod = {
  id: 'protocol',
  prefilter: ["'fs'", "'os'"],
  transform({ source }, { mocked = ['fs', 'os'] }) {
    const output = source.replaceAll(/require\\('(fs|os)'\\)/g, (text, name) => mocked.includes(name) ? text : "require('node:" + name + "')");
    return { source: output, changes: output === source ? 0 : 1, declined: [] };
  },
  survey(files, options) {
    const mocked = new Set();
    for (const { path, source } of files) {
      for (const [, name] of source.matchAll(/mock\\('(\\w+)'\\)/g)) mocked.add(name);
      if (path.endsWith('package.json')) for (const name of Object.keys(JSON.parse(source).browser ?? {})) mocked.add(name);
    }
    return { ...options, mocked: [...mocked].sort() };
  },
};
export default ({ source }, api, options) => codemod.transform({ source }, options).source;
`;

const optionsSchema = {
  type: 'object',
  properties: { mocked: { type: 'array', items: { type: 'string' } } },
  additionalProperties: false,
};
const protocol = (source = nodeProtocol) =>
  asset(source, { id: 'protocol', prefilter: ["'fs'", "'os'"], idempotent: true, optionsSchema });

const source = "const fs = require('fs');\nconst os = require('os');\n";

it('has an asset look over the whole repository, also beside the paths that it is applied to', async () => {
  const root = await repository({
    'src/a.js': source,
    'test/a.test.ts': "mock('fs');\n",
    'test/made.test.ts': '// @generated\n',
    'deep/package.json': '{}',
    'other.json': "mock('os')",
  });
  const assets = [await protocol()];
  const result = await applyAssets({ root, assets, paths: ['src'] });
  expect(result).toMatchObject({ status: 'applied', listed: 1, examined: 1, failures: [] });
  expect(await read(root, 'src/a.js')).toBe(source.replace("'os'", "'node:os'"));
  expect((await readApplication(root, 'latest')).assets).toMatchObject([
    { id: 'protocol', options: { mocked: ['fs'] } },
  ]);

  await rm(path.join(root, 'test/a.test.ts'));
  expect(await applyAssets({ root, assets, paths: ['src'] })).toMatchObject({ status: 'applied', examined: 1 });
  expect(await read(root, 'src/a.js')).toBe(source.replaceAll(/'(fs|os)'/g, "'node:$1'"));
});

it.each([
  ['a manifest', 'deep/package.json', '{"browser":{"os":false}}'],
  ['a generated file', 'gen.js', "// @generated\nmock('os');\n"],
  ['a file that git does not know yet', 'new.js', "mock('os');\n"],
])('has it look at %s', async (_what, name, content) => {
  const root = await repository({ 'src/a.js': source });
  await put(root, { [name]: content });
  await applyAssets({ root, assets: [await protocol()], paths: ['src'] });
  expect(await read(root, 'src/a.js')).toBe(source.replace("'fs'", "'node:fs'"));
});

it('takes what it found into what is known to stay as it is, so that a new mock is not missed', async () => {
  const kept = "require('fs');\n";
  const root = await repository({ 'a.js': kept, 'a.test.js': "mock('fs'); mock('os');\n" });
  const assets = [await protocol()];
  const run = async () => {
    const { status, examined, cached } = await applyAssets({ root, assets });
    return { status, examined, cached };
  };
  expect(await run()).toEqual({ status: 'unchanged', examined: 2, cached: 0 });
  expect(await run()).toEqual({ status: 'unchanged', examined: 0, cached: 2 });
  await writeFile(path.join(root, 'a.test.js'), "mock('os');\n");
  expect(await run()).toMatchObject({ status: 'applied', cached: 0 });
  expect(await read(root, 'a.js')).toBe("require('node:fs');\n");
  expect(await run()).toMatchObject({ status: 'unchanged', examined: 0 });
  git(root, 'checkout', '--quiet', 'a.js');
  await writeFile(path.join(root, 'a.test.js'), "mock('fs');\n");
  expect(await run()).toMatchObject({ status: 'unchanged', examined: 2 });
  expect(await read(root, 'a.js')).toBe(kept);
});

it('is looked at again after a mock appears, where what it found was nothing', async () => {
  const declaresNothing = nodeProtocol
    .replace("mocked = ['fs', 'os']", 'mocked = []')
    .replace('{ ...options, mocked: [...mocked].sort() }', 'mocked.size === 0 ? {} : { mocked: [...mocked] }')
    .replace('mocked.includes(name) ?', '!mocked.includes(name) ?');
  const root = await repository({ 'a.js': "require('fs');\n", 'package.json': '{}' });
  const assets = [await protocol(declaresNothing)];
  expect(await applyAssets({ root, assets })).toMatchObject({ status: 'unchanged' });
  await writeFile(path.join(root, 'package.json'), '{"browser":{"fs":false}}');
  expect(await applyAssets({ root, assets })).toMatchObject({ status: 'applied', examined: 1, cached: 0 });
});

it('lets what the user gave stand', async () => {
  const root = await repository({ 'a.js': source, 'a.test.js': "mock('fs');\n" });
  await applyAssets({ root, assets: [await protocol()], options: { protocol: { mocked: ['os'] } } });
  expect(await read(root, 'a.js')).toBe(source.replace("'fs'", "'node:fs'"));
});

it('hands each asset what it found itself, and the others what they were given', async () => {
  const root = await repository({ 'a.js': source, 'b.js': "mock('os');\n" });
  const other = await asset(
    'export default ({ source, path }, api, options) => source + "//" + Object.keys(options).join();',
  );
  await applyAssets({ root, assets: [other, await protocol()], paths: ['a.js'] });
  expect(await read(root, 'a.js')).toBe(`${source.replace("'fs'", "'node:fs'")}//dry`);
});

it.each<[string, string, object, RegExp]>([
  ['throws', "throw new TypeError('cannot')", {}, /TypeError: cannot/],
  ['never ends', 'for (;;);', { startMs: 5000 }, /it took more than 5000 ms/],
  ['ends its process', 'process.exit(7)', {}, /it ended with exit code 7/],
  ['finds options that it does not take', 'return { moked: [] }', {}, /it found options that it does not take/],
  ['finds no options', 'return undefined', {}, /it answered something else than options/],
  ['writes', "process.getBuiltinModule('fs').writeFileSync('a.js', '')", {}, /Access to this API has been restricted/],
])('changes nothing where a survey %s', async (_what, code, limits, message) => {
  const root = await repository({ 'a.js': source });
  const broken = nodeProtocol.replace('const mocked = new Set();', `${code};const mocked = new Set();`);
  await expect(applyAssets({ root, assets: [await protocol(broken)], limits })).rejects.toMatchObject({
    code: 'survey-failed',
    asset: 'protocol',
    message: expect.stringMatching(message) as string,
  });
  expect(git(root, 'status', '--porcelain')).toBe('');
});

it('refuses to look over more than a process may hold', async () => {
  const line = `${'x'.repeat(1023)}\n`;
  const big = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`${at}.ts`, line.repeat(1900)]));
  const root = await repository({ 'a.js': source, ...big });
  const limits = { memoryMegabytes: 16 };
  await expect(applyAssets({ root, assets: [await protocol()], limits })).rejects.toMatchObject({
    code: 'survey-failed',
    message: expect.stringContaining('more than 16 MiB') as string,
  });
});
