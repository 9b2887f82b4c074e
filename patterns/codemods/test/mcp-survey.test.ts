import { expect, it } from 'vitest';
import { codemod } from '../src/transforms/mcp-sdk-v1-to-v2.js';
import { fixturesOf } from './fixtures.js';

const fixture = (name: string) => {
  const found = fixturesOf(codemod.id).find(({ path }) => path === name);
  if (!found) throw new Error(`there is no fixture ${name}`);
  return found;
};

const client = { path: 'src/client.ts', source: fixture('client.ts').input };
const stuck = { path: 'src/removed.ts', source: fixture('removed.ts').input };
const broken = { path: 'src/broken.ts', source: "import '@modelcontextprotocol/sdk/client/index.js';\nlet = = ;" };

it('migrates a project of which every file can be migrated', () => {
  const options = codemod.survey?.([client, { path: 'package.json', source: '{}' }], { projectType: 'client' });
  expect(options).toEqual({ projectType: 'client', stuck: [] });
  expect(codemod.transform(client, options).changes).toBeGreaterThan(0);
});

it.each([
  ['needs a person', stuck],
  ['cannot be parsed', broken],
])('migrates nothing of a project with a file that %s, unless it is told to', (_what, other) => {
  const options = codemod.survey?.([other, client]);
  expect(options).toEqual({ stuck: [other.path] });
  const { source, declined } = codemod.transform(client, options);
  expect(source).toBe(client.source);
  expect(declined).toMatchObject([{ reason: 'project-stuck', message: expect.stringContaining(other.path) as string }]);
  expect(codemod.transform(client, { ...options, partly: 'true' }).changes).toBeGreaterThan(0);
});
