import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeCandidate } from '../src/ingest/candidate/write-candidate.js';
import { ingest } from '../src/ingest/ingest.js';
import { verifyCandidate } from '../src/ingest/verify/verify-candidate.js';
import { temporaryFolder, World } from './ingest-world.js';

/** A candidate that renames a call, from two diffs. */
async function makeCandidate(): Promise<{ folder: string; module: string }> {
  const world = await World.make();
  await world.run({ 'a.js': 'old(1);\nrest();\n' }, { 'a.js': 'now(1);\nrest();\n' });
  await world.run({ 'b.js': 'x = old(a, b);\n' }, { 'b.js': 'x = now(a, b);\n' });
  const { candidates } = await ingest({ repositoryRoot: world.root, runs: 'all' });
  const folder = await writeCandidate(candidates[0]!, path.join(world.root, 'candidates'));
  return { folder, module: path.join(folder, 'transform.mjs') };
}

describe('a candidate is refused', () => {
  it('that does not give back a diff, with the example and the line', async () => {
    const { folder, module } = await makeCandidate();
    writeFileSync(module, "export default (file) => file.source.replace('old(1)', 'now(1)');\n");
    const verdict = await verifyCandidate(folder);
    expect(verdict).toMatchObject({ passed: false, agreement: null, examples: 2 });
    expect(verdict.failures).toMatchObject([
      {
        fixture: '2.input.js',
        code: 'differs',
        difference: { line: 1, wanted: 'x = now(a, b);', found: 'x = old(a, b);' },
      },
    ]);
  });

  it('that adds comments, or changes its own output', async () => {
    const { folder, module } = await makeCandidate();
    writeFileSync(
      module,
      "export default (file) => file.source.includes('old(') ? file.source.replace('old', 'now').replace(';', ' /* old */;') : `${file.source};\\n`;\n",
    );
    const codes = async () => (await verifyCandidate(folder)).failures.map(({ code }) => code);
    expect(await codes()).toEqual(['differs', 'differs']);
    writeFileSync(module, "export default (file) => file.source.replace('old', 'now') + '\\n';\n");
    const asset = path.join(folder, 'asset.json');
    writeFileSync(asset, readFileSync(asset, 'utf8').replace('"old"', '"now", "old"'));
    expect(await codes()).toEqual(['not-idempotent', 'not-idempotent']);
  });

  it('that throws, runs for ever, or writes', async () => {
    const { folder, module } = await makeCandidate();
    const prey = path.join(await temporaryFolder(), 'prey');
    const codes = async (code: string, fileMs = 60_000) => {
      writeFileSync(module, code);
      return (await verifyCandidate(folder, { fileMs })).failures.map(
        (failure) => `${failure.code}: ${failure.message}`,
      );
    };
    expect(await codes("export default () => { throw new Error('no'); };")).toEqual([
      'threw: Error: no',
      'threw: Error: no',
    ]);
    expect(await codes('export default () => { for (;;); };', 500)).toEqual(
      Array(2).fill('time-limit: it took more than 500 ms'),
    );
    const write = `import { writeFileSync } from 'node:fs';\nexport default () => writeFileSync(${JSON.stringify(prey)}, '');`;
    expect(await codes(write)).toEqual(Array(2).fill('threw: Error: Access to this API has been restricted'));
    expect(existsSync(prey)).toBe(false);
  });

  it('that cannot be loaded', async () => {
    const { folder, module } = await makeCandidate();
    writeFileSync(module, 'export const nothing = 1;\n');
    await expect(verifyCandidate(folder)).rejects.toMatchObject({ code: 'asset-broken' });
  });

  it.each([
    [
      'a fixture was changed',
      (folder: string) => writeFileSync(path.join(folder, '__testfixtures__/1.output.js'), 'now(2);\n'),
      '1.output.js is not the part of the diff',
    ],
    [
      'its module is a link',
      (folder: string) => {
        renameSync(path.join(folder, 'transform.mjs'), path.join(folder, '..', 'elsewhere.mjs'));
        symlinkSync('../elsewhere.mjs', path.join(folder, 'transform.mjs'));
      },
      'transform.mjs: ELOOP',
    ],
    [
      'a fixture is named outside',
      (folder: string) => {
        const file = path.join(folder, 'asset.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace('1.input.js', '../../1.input.js'));
      },
      'asset.json',
    ],
    [
      'its description is damaged',
      (folder: string) => writeFileSync(path.join(folder, 'asset.json'), '{'),
      'asset.json:1:2: it is no JSON',
    ],
    [
      'it is empty',
      (folder: string) => {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
      },
      'asset.json: ENOENT',
    ],
  ] as const)('because %s', async (_, spoil, reason) => {
    const { folder } = await makeCandidate();
    spoil(folder);
    const verified = verifyCandidate(folder);
    await expect(verified).rejects.toMatchObject({ code: 'candidate-broken' });
    await expect(verified).rejects.toThrow(reason);
  });
});

it('may be completed by hand, which changes the digest that is approved', async () => {
  const { folder, module } = await makeCandidate();
  const before = await verifyCandidate(folder);
  writeFileSync(module, `// Reviewed.\n${readFileSync(module, 'utf8')}`);
  const after = await verifyCandidate(folder);
  expect(after.passed).toBe(true);
  expect(after.moduleSha256).not.toBe(before.moduleSha256);
});

it('is not written over another one', async () => {
  const world = await World.make();
  await world.run({ 'a.js': 'old(1);\n' }, { 'a.js': 'now(1);\n' });
  await world.run({ 'b.js': 'old(2);\n' }, { 'b.js': 'now(2);\n' });
  const { candidates } = await ingest({ repositoryRoot: world.root, runs: 'all' });
  const folder = await writeCandidate(candidates[0]!, world.root);
  writeFileSync(path.join(folder, 'transform.mjs'), '// work in progress\n');
  await expect(writeCandidate(candidates[0]!, world.root)).rejects.toMatchObject({ code: 'candidate-exists' });
  expect(readFileSync(path.join(folder, 'transform.mjs'), 'utf8')).toBe('// work in progress\n');
});
