import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replacing } from './assets.js';
import { prove } from './readme-example.js';
import { bubblewrap } from './sandbox.js';
import { smallTarget } from './small-target.js';
import { temporaryFolder } from './temporary-folder.js';

const read = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

const before = process.cwd();
let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
});

describe('the README', () => {
  it.runIf(process.platform === 'linux')('shows the example that is run here', async () => {
    const { placed, source } = await smallTarget(folder);
    const list = path.join(folder, 'targets.json');
    await writeFile(list, JSON.stringify({ schemaVersion: 1, targets: [placed.target] }));
    const table = await prove(replacing('var-to-let', 'var ', 'let '), list, bubblewrap(), source);
    expect(table).toMatch(/^control-wrong-codemod +small +caught .* 0\/4 /m);
    expect(table).toMatch(/^var-to-let +small +passed .* 4\/4 /m);
    const example = (await read('readme-example.ts')).replace("'../src/index.js'", "'@codex-orch/eval-harness'");
    expect(await read('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
  });

  it('names every error of the package', async () => {
    const readme = await read('../README.md');
    const sources = (await readdir(new URL('../src', import.meta.url), { recursive: true })).filter((file) =>
      file.endsWith('errors.ts'),
    );
    const texts = await Promise.all(sources.map((file) => read(`../src/${file}`)));
    const codes = texts.flatMap((text) => [...text.matchAll(/code = '([a-z-]+)'/g)].map(([, code]) => code ?? ''));
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  });
});
