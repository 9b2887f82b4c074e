import { describe, expect, it } from 'vitest';
import type { CliContext } from '../context.js';
import { repoFlag, selfCommand } from './self-command.js';

const called = (script: string, env: NodeJS.ProcessEnv, cwd = '/home/ada/app'): string =>
  selfCommand({ process: { argv: ['node', script], env, cwd: () => cwd } } as unknown as CliContext);

describe('what to type to call the program again', () => {
  it.each([
    ['its name, where the shell finds it', '/usr/local/bin/codex-orch', { PATH: '/bin:/usr/local/bin/' }, 'codex-orch'],
    [
      'npx, where npm called it',
      '/home/ada/app/node_modules/.bin/codex-orch',
      { npm_command: 'exec' },
      'npx codex-orch',
    ],
    [
      'its file, where the shell does not find it',
      '/home/ada/app/node_modules/.bin/codex-orch',
      { PATH: '/bin' },
      'node node_modules/.bin/codex-orch',
    ],
    ['its whole path from elsewhere', '/opt/my tools/codex-orch.js', {}, "node '/opt/my tools/codex-orch.js'"],
  ])('is %s', (_what, script, env, words) => {
    expect(called(script, env)).toBe(words);
  });
});

it('quotes the folder of a repository where a shell would read it otherwise', () => {
  expect(repoFlag({})).toBe('');
  expect(repoFlag({ repo: '../app' })).toBe(' --repo ../app');
  expect(repoFlag({ repo: "/tmp/Ada's $HOME" })).toBe(` --repo '/tmp/Ada'\\''s $HOME'`);
});
