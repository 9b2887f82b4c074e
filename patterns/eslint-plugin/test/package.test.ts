import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const folderOf = (name: string): string => path.dirname(require.resolve(`${name}/package.json`));

let scratch: string;
let unpacked: string;

/** Builds and packs a copy, so that no other build of the package is disturbed. */
beforeAll(async () => {
  scratch = await realpath(await mkdtemp(path.join(os.tmpdir(), 'eslint-plugin-package-')));
  const staging = path.join(scratch, 'staging');
  await mkdir(staging);
  for (const name of ['package.json', 'README.md', 'src'])
    await cp(path.join(root, name), path.join(staging, name), { recursive: true });
  const tsup = path.join(folderOf('tsup'), 'dist', 'cli-default.js');
  await run(process.execPath, [tsup, '--out-dir', path.join(staging, 'dist')], { cwd: root });
  await run('npm', ['pack', '--pack-destination', scratch], { cwd: staging });
  const [tarball = ''] = (await readdir(scratch)).filter((name) => name.endsWith('.tgz'));
  await run('tar', ['-xzf', path.join(scratch, tarball), '-C', scratch]);
  unpacked = path.join(scratch, 'package');
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

/** An empty project with ESLint and the package from its tarball; there is no TypeScript in it. */
async function project(name: string, eslint: string): Promise<string> {
  const folder = path.join(scratch, name);
  const modules = path.join(folder, 'node_modules');
  await mkdir(path.join(modules, '@codex-orch'), { recursive: true });
  await mkdir(path.join(modules, '@eslint-community'));
  await cp(unpacked, path.join(modules, '@codex-orch', 'eslint-plugin'), { recursive: true });
  await symlink(folderOf(eslint), path.join(modules, 'eslint'));
  await symlink(folderOf('@eslint-community/eslint-utils'), path.join(modules, '@eslint-community', 'eslint-utils'));
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(
    path.join(folder, 'eslint.config.js'),
    `import codexOrch from '@codex-orch/eslint-plugin';
import { defineConfig } from 'eslint/config';

export default defineConfig(
  codexOrch.configs.recommended,
  { rules: { '@codex-orch/parse-at-boundary': 'error' } },
);
`,
  );
  return folder;
}

interface Result {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly line: number }[];
}

async function lint(folder: string, ...args: string[]): Promise<Result[]> {
  const eslint = path.join(folder, 'node_modules', 'eslint', 'bin', 'eslint.js');
  const { stdout } = await run(process.execPath, [eslint, '--format', 'json', ...args, '.'], { cwd: folder }).catch(
    (error: unknown) => {
      // ESLint ends with 1 when it has something to report.
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      if (code !== 1) throw new Error(stderr);
      return { stdout };
    },
  );
  return JSON.parse(stdout) as Result[];
}

describe.each([
  ['ESLint 10', 'eslint'],
  ['ESLint 9', 'eslint-9'],
])('the packed plugin under %s', (_, eslint) => {
  it('reports what the README promises', async () => {
    const folder = await project(`reports-${eslint}`, eslint);
    await writeFile(
      path.join(folder, 'load.js'),
      'export async function load(file) {\n  try {\n    return JSON.parse(await read(file)).rows;\n  } catch {\n    return [];\n  }\n}\n',
    );
    const results = await lint(folder);
    const found = results.flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId, line }) => `${path.basename(filePath)}:${line} ${ruleId ?? ''}`),
    );
    expect(found).toEqual(['load.js:3 @codex-orch/parse-at-boundary', 'load.js:5 @codex-orch/no-error-to-default']);
  });

  it('fixes a shell command', async () => {
    const folder = await project(`fixes-${eslint}`, eslint);
    const file = path.join(folder, 'show.js');
    await writeFile(
      file,
      "import { execSync } from 'node:child_process';\nexport const show = (rev) => execSync(`git show ${rev}`);\n",
    );
    await lint(folder, '--fix');
    expect(await readFile(file, 'utf8')).toBe(
      "import { execSync, execFileSync } from 'node:child_process';\nexport const show = (rev) => execFileSync('git', ['show', String(rev)]);\n",
    );
  });
});

it("declares its types with ESLint's alone", async () => {
  const types = await readFile(path.join(unpacked, 'dist', 'index.d.ts'), 'utf8');
  expect(new Set([...types.matchAll(/from '([^']+)'/gu)].map(([, name]) => name))).toEqual(new Set(['eslint']));
});

it('packs no tests', async () => {
  const names = await readdir(unpacked, { recursive: true });
  expect(names.filter((name) => name.includes('.test.'))).toEqual([]);
  expect(names).toContain(path.join('dist', 'index.js'));
});
