import { expect, it } from 'vitest';
import { childEnvironment } from './environment.js';

it('hands on what a command line program needs, CODEX_HOME and the named keys, and no other secret', () => {
  const from = {
    // A repository's own programs, as npx puts them first, and a folder that depends on where one is.
    PATH: '/repo/node_modules/.bin:./bin:/bin',
    HOME: '/home/me',
    LC_ALL: 'C',
    https_proxy: 'http://proxy',
    AWS_SECRET_ACCESS_KEY: 'x',
    OPENAI_API_KEY: 'x',
    CODEX_HOME: '/home/me/.codex',
    NODE_OPTIONS: '--require evil',
    LD_PRELOAD: 'evil.so',
    PROVIDER_KEY: 'key',
    TERM: undefined,
  };
  const home = { dir: '/private', keyVariables: ['PROVIDER_KEY', 'UNSET_KEY'] };
  expect(childEnvironment({ home, from, extra: { TZ: 'UTC' } })).toEqual({
    PATH: '/bin',
    HOME: '/home/me',
    LC_ALL: 'C',
    https_proxy: 'http://proxy',
    PROVIDER_KEY: 'key',
    CODEX_HOME: '/private',
    TZ: 'UTC',
  });
});
