import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codemodSkeleton, type RenderedFile, ruleSkeleton, type Template, templateSkeleton } from '../src/index.js';

const exec = promisify(execFile);
const installed = fileURLToPath(new URL('../../../node_modules', import.meta.url));

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'skeleton-'));
  await symlink(installed, path.join(root, 'node_modules'));
  await writeFile(path.join(root, 'package.json'), '{ "type": "module" }');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(files: readonly RenderedFile[]): Promise<void> {
  for (const file of files) {
    await mkdir(path.dirname(path.join(root, file.path)), { recursive: true });
    await writeFile(path.join(root, file.path), file.text);
  }
}

test('the skeleton of a codemod runs under plain jscodeshift, and declines where the function is another', async () => {
  await write(codemodSkeleton.render({ id: 'no-legacy', title: 'Replace legacy()', callee: 'legacy' }));
  const before = 'legacy(1);\r\nfunction legacy() {}\r\n';
  await writeFile(path.join(root, 'app.js'), before);
  const jscodeshift = path.join(installed, 'jscodeshift/bin/jscodeshift.js');
  const run = await exec(process.execPath, [jscodeshift, '--run-in-band', '-t', 'codemods/no-legacy.mjs', 'app.js'], {
    cwd: root,
  });
  expect(run.stdout).toContain('app.js 1:1 declined: legacy is declared in this file');
  expect(run.stdout).toContain('0 errors');
  expect(await readFile(path.join(root, 'app.js'), 'utf8')).toBe(before);
});

test('the test of a generated rule passes, and fails when the rule does nothing', async () => {
  const files = ruleSkeleton.render({ id: 'no-legacy', title: 'Disallow legacy()', callee: 'legacy' });
  await write(files);
  await exec(process.execPath, ['lint/rules/no-legacy.test.js'], { cwd: root });
  const rule = path.join(root, 'lint/rules/no-legacy.js');
  await writeFile(rule, (await readFile(rule, 'utf8')).replace('context.report', 'void'));
  await expect(exec(process.execPath, ['lint/rules/no-legacy.test.js'], { cwd: root })).rejects.toThrow(
    'Should have 1 error',
  );
});

test('the skeleton of a template renders', async () => {
  const files = templateSkeleton.render({ id: 'letter', title: 'A letter' });
  await write(files);
  const module = (await import(path.join(root, files[0]!.path))) as { default: Template<{ name: string }> };
  expect(module.default.render({ name: 'to Ada' })).toEqual([{ path: 'docs/to%20Ada.md', text: '# to Ada\n' }]);
});
