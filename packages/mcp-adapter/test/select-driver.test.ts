import { expect, it } from 'vitest';
import { selectDriver } from '../src/index.js';
import { codexVersions, probeBinary } from './codex-binaries.js';

const home = { dir: '/nonexistent', keyVariables: [] };

it('takes app-server when the choice is free and it is there', async () => {
  const { driver, mode } = selectDriver({ probe: await probeBinary('current'), requested: 'auto', home, env: {} });
  expect(driver).toMatchObject({ kind: 'app-server', version: codexVersions.current });
  expect(mode).toEqual({
    requested: 'auto',
    used: 'app-server',
    reason: `the best that Codex ${codexVersions.current} has`,
  });
});

it('takes what is asked for', async () => {
  const { driver, mode } = selectDriver({
    probe: await probeBinary('withMcpServer'),
    requested: 'mcp-server',
    home,
    env: {},
  });
  expect(driver.kind).toBe('mcp-server');
  expect(mode).toEqual({
    requested: 'mcp-server',
    used: 'mcp-server',
    reason: `asked for; Codex ${codexVersions.withMcpServer} has it`,
  });
});

it('falls back in order and says what is missing', async () => {
  const probe = await probeBinary('withMcpServer');
  const without = (drivers: Partial<typeof probe.drivers>) =>
    selectDriver({ probe: { ...probe, drivers: { ...probe.drivers, ...drivers } }, requested: 'auto', home, env: {} })
      .mode;
  expect(without({ appServer: false })).toMatchObject({
    used: 'mcp-server',
    reason: `Codex ${codexVersions.withMcpServer} has no app-server`,
  });
  expect(without({ appServer: false, mcpServer: false })).toMatchObject({
    used: 'exec',
    reason: `Codex ${codexVersions.withMcpServer} has no app-server and no mcp-server`,
  });
});

it('refuses a driver that the binary lacks and names what it has', async () => {
  const probe = await probeBinary('current');
  expect(() => selectDriver({ probe, requested: 'mcp-server', home, env: {} })).toThrow(
    /has no mcp-server; it has: app-server, exec/,
  );
});
