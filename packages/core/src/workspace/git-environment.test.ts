import { expect, it } from 'vitest';
import { userEnvironment } from './git-environment.js';

it("lets git read its user's own config, but no config that depends on where git is started", () => {
  expect(userEnvironment({ HOME: '/home/ada', XDG_CONFIG_HOME: '/home/ada/.config' })).toMatchObject({
    HOME: '/home/ada',
    XDG_CONFIG_HOME: '/home/ada/.config',
  });
  for (const place of ['', '.', 'home']) {
    const env = userEnvironment({ HOME: place, XDG_CONFIG_HOME: place });
    expect(env).not.toHaveProperty('HOME');
    expect(env).not.toHaveProperty('XDG_CONFIG_HOME');
  }
});
