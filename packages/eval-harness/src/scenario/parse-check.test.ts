import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { checkParsing } from './parse-check.js';

it('reads scripts and modules, and names what is neither', async () => {
  const folder = await temporaryFolder();
  const files = {
    'script.js': '#!/usr/bin/env node\nwith (Math) { module.exports = sqrt(2); } return;',
    'module.js': 'import fs from "node:fs";\nexport default await fs.promises.readFile("x");',
    'module.mjs': 'export const x = 1;',
    'script.cjs': 'var let_ = 1; exports.x = let_;',
    'broken.js': 'var x = ;',
    'broken.mjs': 'export {',
    'types.ts': 'let x: number = 1;',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const { checked, broken } = await checkParsing(folder, Object.keys(files));
  expect(checked).toBe(6);
  expect(broken.map((file) => file.path)).toEqual(['broken.js', 'broken.mjs']);
});
