import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Files, writeFiles } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { detectTestCommands } from './index.js';

async function detect(files: Files) {
  const root = await temporaryFolder();
  writeFiles(root, files);
  return detectTestCommands(root);
}

const manifest = (extra: object = {}) => JSON.stringify({ scripts: { test: 'vitest run' }, ...extra });

describe('detectTestCommands', () => {
  it.each<[string, Files, string, string[], string[]]>([
    [
      'npm with a lockfile',
      { 'package.json': manifest(), 'package-lock.json': '{}' },
      'npm',
      ['npm', 'test'],
      ['npm', 'ci'],
    ],
    ['npm without a lockfile', { 'package.json': manifest() }, 'npm', ['npm', 'test'], ['npm', 'install']],
    [
      'pnpm',
      { 'package.json': manifest(), 'pnpm-lock.yaml': '' },
      'pnpm',
      ['pnpm', 'test'],
      ['pnpm', 'install', '--frozen-lockfile'],
    ],
    [
      'classic Yarn',
      { 'package.json': manifest(), 'yarn.lock': '' },
      'yarn',
      ['yarn', 'test'],
      ['yarn', 'install', '--frozen-lockfile'],
    ],
    [
      'modern Yarn',
      { 'package.json': manifest(), 'yarn.lock': '', '.yarnrc.yml': '' },
      'yarn',
      ['yarn', 'test'],
      ['yarn', 'install', '--immutable'],
    ],
    [
      'Bun',
      { 'package.json': manifest(), 'bun.lock': '' },
      'bun',
      ['bun', 'run', 'test'],
      ['bun', 'install', '--frozen-lockfile'],
    ],
    [
      'the named package manager, whatever lockfile is there',
      { 'package.json': manifest({ packageManager: 'pnpm@9.0.0' }), 'package-lock.json': '{}' },
      'pnpm',
      ['pnpm', 'test'],
      ['pnpm', 'install'],
    ],
    ['Cargo', { 'Cargo.toml': '' }, 'cargo', ['cargo', 'test'], ['cargo', 'fetch']],
    ['a Go module', { 'go.mod': 'module x' }, 'go', ['go', 'test', './...'], ['go', 'mod', 'download']],
    [
      'a Go workspace',
      { 'go.work': 'go 1.22\n\nuse (\n\t./a\n\t./b\n)\n' },
      'go',
      ['go', 'test', './a/...', './b/...'],
      ['go', 'mod', 'download'],
    ],
    [
      'pytest, when it is configured',
      { 'pyproject.toml': '[tool.pytest.ini_options]\n', '.venv/pyvenv.cfg': '' },
      'python',
      ['.venv/bin/python', '-m', 'pytest'],
      [],
    ],
    [
      'pytest, when it is required',
      { 'requirements.txt': 'pytest==8\n' },
      'python',
      ['python3', '-m', 'pytest'],
      ['python3', '-m', 'pip', 'install', '-r', 'requirements.txt'],
    ],
    [
      'pytest through uv',
      { 'pyproject.toml': 'pytest', 'uv.lock': '' },
      'python',
      ['uv', 'run', 'python', '-m', 'pytest'],
      ['uv', 'sync', '--frozen'],
    ],
    [
      'unittest',
      { 'setup.py': '', 'tests/test_x.py': '' },
      'python',
      ['python3', '-m', 'unittest', 'discover', '-s', 'tests', '-t', '.'],
      [],
    ],
    ['make', { Makefile: 'all:\n\ttrue\n\ntest: all\n\t./run\n' }, 'make', ['make', 'test'], []],
  ])('knows %s', async (_, files, profile, command, setup) => {
    expect(await detect(files)).toMatchObject({ profile, commands: [command], setup: setup.length > 0 ? [setup] : [] });
  });

  it.each<[string, Files, string | null, RegExp]>([
    ['nothing at all', {}, null, /no toolchain/],
    [
      "npm's placeholder",
      { 'package.json': manifest({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }) },
      'npm',
      /placeholder/,
    ],
    ['no test script', { 'package.json': '{}', 'pnpm-lock.yaml': '' }, 'pnpm', /no "test" script/],
    ['a script that is not text', { 'package.json': '{"scripts":{"test":5}}' }, 'npm', /no "test" script/],
    ['a broken manifest', { 'package.json': '{' }, 'npm', /not valid JSON/],
    ['a Makefile that only assigns', { Makefile: 'test := x\ntest ::= y\ntesting: z\n' }, 'make', /no "test" target/],
    ['Python without tests', { 'setup.py': '' }, 'python', /neither pytest nor test files/],
  ])('gives no command and a reason for %s', async (_, files, profile, reason) => {
    const plan = await detect(files);
    expect(plan).toMatchObject({ profile, commands: [] });
    expect(plan.reason).toMatch(reason);
  });

  it('goes on to the next toolchain when the first has no tests', async () => {
    expect(await detect({ 'package.json': '{}', 'Cargo.toml': '' })).toMatchObject({ profile: 'cargo' });
  });

  it('does not read through links out of the project, nor from pipes', async () => {
    const folder = await temporaryFolder();
    const root = path.join(folder, 'root');
    mkdirSync(root);
    writeFiles(folder, { 'package.json': manifest() });
    symlinkSync('../package.json', path.join(root, 'package.json'));
    execFileSync('mkfifo', [path.join(root, 'Makefile')]);
    expect(await detectTestCommands(root)).toMatchObject({ profile: null, commands: [] });
  });

  it('says so when the folder does not exist', async () => {
    expect(await detectTestCommands('/does/not/exist')).toMatchObject({ profile: null, commands: [] });
  });
});
