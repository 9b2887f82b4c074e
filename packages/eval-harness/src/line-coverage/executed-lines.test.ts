import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runChecked } from '@codex-orch/core';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { readExecutedLines } from './executed-lines.js';

it('tells the lines that ran, over several processes, and leaves out what is not the target’s', async () => {
  const folder = await temporaryFolder();
  const [tree, coverage] = [path.join(folder, 'tree'), path.join(folder, 'coverage')];
  await mkdir(path.join(tree, 'node_modules'), { recursive: true });
  await writeFile(path.join(tree, 'node_modules/dependency.js'), 'exports.x = 1;\n');
  await writeFile(
    path.join(tree, 'index.js'),
    [
      "require('./node_modules/dependency.js');",
      'function asked(n) {',
      '  if (n === "one") {',
      '    return 1;',
      '  }',
      '',
      '  return 2;',
      '}',
      'function never() {',
      '  return 3;',
      '}',
      'asked(process.argv[2]);',
    ].join('\n'),
  );
  const lines = async (): Promise<unknown> =>
    [...(await readExecutedLines(coverage, tree))].map(([file, own]) => [file, [...own].sort((a, b) => a - b)]);
  const env = { NODE_V8_COVERAGE: coverage };
  await runChecked(process.execPath, ['index.js', 'one'], { cwd: tree, env });
  expect(await lines()).toEqual([['index.js', [1, 2, 3, 4, 5, 8, 12]]]);
  await runChecked(process.execPath, ['index.js', 'two'], { cwd: tree, env });
  expect(await lines()).toEqual([['index.js', [1, 2, 3, 4, 5, 7, 8, 12]]]);
});
