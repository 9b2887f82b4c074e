import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repositoryName } from './repository-name.js';
import { resolveEnvironment } from './resolve-environment.js';

describe('the repository of a remote', () => {
  it.each([
    'https://github.com/acme/shop',
    'https://github.com/acme/shop.git',
    'https://token@github.com/acme/shop.git/',
    'git@github.com:acme/shop.git',
    'org-123@github.com:acme/shop',
    'ssh://git@github.com/acme/shop.git',
    'ssh://git@ssh.github.com:443/acme/shop.git',
    'git://github.com/acme/shop.git\n',
  ])('is read from %j', (url) => {
    expect(repositoryName(url)).toBe('acme/shop');
  });

  it.each([
    'https://gitlab.com/acme/shop',
    '/srv/git/shop.git',
    'https://github.com/acme',
    'https://github.com.evil.example/acme/shop',
    '',
  ])('is none of GitHub for %j', (url) => {
    expect(repositoryName(url)).toBeUndefined();
  });

  it('is a plain owner and name, whatever the address', () => {
    const address = fc.oneof(
      fc.string(),
      fc.tuple(fc.constantFrom('git@github.com:', 'https://github.com/'), fc.string()).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(address, (url) => {
        expect(repositoryName(url) ?? 'a/b').toMatch(/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/);
      }),
    );
  });
});

describe('the environment of a repository', () => {
  const configured = [
    { id: 'env_1', repository: 'acme/shop' },
    { id: 'env_2', repository: 'acme/depot' },
    { id: 'env_3', repository: 'ACME/Depot' },
  ];

  it('is the one that is asked for, whatever else is known', () => {
    expect(resolveEnvironment({ asked: ' env_9 ', repository: 'acme/depot', configured }).environment).toBe('env_9');
  });

  it('is the one that is configured', () => {
    expect(resolveEnvironment({ repository: 'Acme/Shop', configured })).toMatchObject({ environment: 'env_1' });
  });

  it('is ambiguous, with all of them named, where several are configured', () => {
    expect(() => resolveEnvironment({ repository: 'acme/depot', configured })).toThrow(/fit acme\/depot: env_2, env_3/);
  });

  it('is the one whose label is its name where none is configured: Codex checks that', () => {
    expect(resolveEnvironment({ repository: 'acme/new', configured })).toMatchObject({ environment: 'acme/new' });
  });

  it('is unknown for a repository that is not on GitHub, and the message names what there is', () => {
    expect(() => resolveEnvironment({ repository: undefined, configured })).toThrow(/Known: env_1 \(acme\/shop\)/);
  });
});
