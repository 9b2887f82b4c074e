// What the tests import from the workspace of their repository, which does not publish it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A new folder. */
export const tempdir = () => realpathSync(mkdtempSync(path.join(tmpdir(), 'changesets-')));

/** A new repository with these files in its first commit. */
export async function gitdir(files) {
  const cwd = tempdir();
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(cwd, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const git = (...args) => execFileSync('git', args, { cwd, stdio: 'ignore' });
  git('init', '--initial-branch', 'main');
  for (const [key, value] of [
    ['user.email', 'someone@example.invalid'],
    ['user.name', 'Someone'],
    ['commit.gpgSign', 'false'],
    ['tag.gpgSign', 'false'],
    ['tag.forceSignAnnotated', 'false'],
    ['core.fsmonitor', 'false'],
  ]) {
    git('config', key, value);
  }
  git('add', '.');
  git('commit', '--message', 'initial commit', '--allow-empty');
  return cwd;
}
