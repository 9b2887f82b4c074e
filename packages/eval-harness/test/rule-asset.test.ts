import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Linter } from 'eslint';
import { expect, it } from 'vitest';
import { ruleAsset } from '../src/index.js';
import { temporaryFolder } from './temporary-folder.js';

const config: Linter.Config[] = [
  { files: ['**/*'], linterOptions: { noInlineConfig: true }, rules: { 'no-var': 'error' } },
];

it('a rule fixes what it can, and its reports are counted before and after', async () => {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'lib'));
  const files = {
    'lib/fixed.js': 'var x = 1; export { x };',
    // `no-var` fixes no variable that is used before it is declared.
    'lib/left.js': 'f(y); var y = 1; function f() {}',
    'lib/fine.js': '/* eslint no-undef: error */ const z = 1; export { z };',
    'lib/broken.js': 'var = ;',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const linter = new Linter();
  const asset = ruleAsset(
    { id: 'no-var', version: '1.0.0', digest: Linter.version },
    {
      verify: (code, filename) => linter.verify(code, config, { filename }),
      verifyAndFix: (code, filename) => linter.verifyAndFix(code, config, { filename }),
    },
  );
  expect(await asset.apply(folder, Object.keys(files))).toMatchObject({
    matched: 2,
    changes: 1,
    findings: { before: 2, after: 1 },
    failed: [{ path: 'lib/broken.js', message: /Unexpected token/ }],
  });
  expect(await readFile(path.join(folder, 'lib/fixed.js'), 'utf8')).toBe('let x = 1; export { x };');
});
