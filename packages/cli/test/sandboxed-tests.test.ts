import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secrets, startListener, withTests } from './hostile-repository.js';
import { builder, codexPaths, oneChange, planner, reviewer, say, World } from './world.js';

let world: World;
let listener: Awaited<ReturnType<typeof startListener>>;

beforeEach(async () => {
  listener = await startListener();
});

afterEach(async () => {
  listener.close();
  await world[Symbol.asyncDispose]();
});

/** What the test command of the last run printed. */
async function testLog(): Promise<string> {
  const { taskId, runId } = await world.manifest();
  return readFileSync(path.join(world.repo, '.runs', taskId, runId, 'tests/1-1.log'), 'utf8');
}

/** Tries everything that a test of a hostile repository could, says what worked, and passes. */
const attack = (url: string): string => `
  import { readFileSync, writeFileSync } from 'node:fs';
  import path from 'node:path';
  const { root } = JSON.parse(readFileSync('target.json', 'utf8'));
  const attempt = (name) => {
    const file = path.join(root, name);
    try { writeFileSync(file, 'escaped'); console.log('WROTE', file); } catch {}
    try { console.log('READ', readFileSync(file, 'utf8')); } catch {}
  };
  for (const name of ['home/.bashrc', 'home/.ssh/id', 'repo/src/sum.js', 'repo/.git/hooks/pre-commit', 'repo/.runs/x',
    'state/x', 'state/codex/x', 'config.json']) attempt(name);
  for (const file of ['.git', '../git/config', '../workspace.json'])
    try { writeFileSync(file, 'escaped'); console.log('WROTE', file); } catch {}
  for (const name of ['HOME', 'TMPDIR'])
    try { writeFileSync(path.join(process.env[name], 'mine'), 'x'); console.log('OWN', name); } catch {}
  console.log(JSON.stringify(process.env));
  await fetch('${url}/tests').then(() => console.log('REACHED'), () => console.log('UNREACHED'));
`;

async function withTarget(script: string): Promise<void> {
  world = await World.make(withTests(script));
  await world.write({ 'target.json': JSON.stringify({ root: world.root }) });
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message=target');
}

describe('the test command of a hostile repository', () => {
  it('writes nowhere but to its tree and to folders of its own, gets no credential and reaches nobody', async () => {
    await withTarget(attack(listener.url));
    Object.assign(world.env, secrets);
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
    const run = await world.run('run', 'sum any number of numbers');
    expect(run.code, run.err).toBe(3);
    expect(run.err).toContain(
      "Tests run inside Codex's sandbox without the network, but with a loopback of their own.",
    );
    const log = await testLog();
    expect(log).not.toContain('WROTE');
    expect(log).toMatch(/OWN HOME\nOWN TMPDIR/);
    expect(log).toContain('UNREACHED');
    for (const secret of Object.values(secrets)) expect(log).not.toContain(secret);
    expect(listener.calls).toEqual([]);
    expect(existsSync(path.join(world.root, 'home/.bashrc'))).toBe(false);
    expect(await world.read('src/sum.js')).toBe('export const sum = (a, b) => a + b;\n');
    // What tests leave in their tree is not the builder's work.
    expect((await world.manifest()).diff?.files).toMatchObject([{ path: 'src/sum.js' }]);
  });

  it('could do all that outside the sandbox, which is for the user alone to choose', async () => {
    await withTarget(attack(listener.url));
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()], {
      tests: { sandbox: 'off' },
    });
    const run = await world.run('run', 'sum any number of numbers');
    expect(run.err).toContain('Tests run outside any sandbox, as you');
    const log = await testLog();
    expect(log).toContain(`WROTE ${world.root}/home/.bashrc`);
    expect(log).toContain(`WROTE ${world.root}/repo/src/sum.js`);
    expect(log).toContain('REACHED');
    expect(listener.calls).toEqual(['GET /tests']);
  });

  it('reaches the network where the user allows it, and still writes nowhere', async () => {
    await withTarget(attack(listener.url));
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()], {
      tests: { network: true },
    });
    expect((await world.run('run', 'sum any number of numbers')).code).toBe(3);
    const log = await testLog();
    expect(log).not.toContain('WROTE');
    expect(listener.calls).toEqual(['GET /tests']);
  });

  it('cannot be let out by the configuration of its repository', async () => {
    await withTarget(attack(listener.url));
    await world.model([planner()]);
    for (const tests of [{ sandbox: 'off' }, { network: true }]) {
      await world.write({ 'codex-orch.config.json': JSON.stringify({ tests }) });
      const run = await world.run('run', 'do it');
      expect(run.code).not.toBe(3);
      expect(run.err).toContain(`may not set tests.${Object.keys(tests).join()}`);
    }
  });
});

describe('an honest suite', () => {
  it.each(['0.169.0', '0.151.0'] as const)(
    'can listen on loopback and use a temporary folder (Codex %s)',
    async (version) => {
      world = await World.make({
        ...withTests(''),
        'package.json': JSON.stringify({
          name: 'sum',
          version: '1.0.0',
          type: 'module',
          scripts: { test: 'node --test' },
        }),
        'test/server.test.js': `
        import assert from 'node:assert/strict';
        import { mkdtemp, writeFile } from 'node:fs/promises';
        import { createServer } from 'node:http';
        import os from 'node:os';
        import path from 'node:path';
        import { test } from 'node:test';
        test('serves', async () => {
          const server = createServer((_, response) => response.end('hello'));
          await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
          const response = await fetch('http://127.0.0.1:' + server.address().port);
          assert.equal(await response.text(), 'hello');
          server.close();
          await writeFile(path.join(await mkdtemp(path.join(os.tmpdir(), 'x-')), 'file'), 'x');
        });`,
      });
      await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()], {
        codex: { path: codexPaths[version] },
      });
      const run = await world.run('run', 'sum any number of numbers');
      expect(run.code, run.err).toBe(3);
      expect(await world.manifest()).toMatchObject({ tests: { passed: true } });
    },
  );
});

it('is refused before any token is spent where the sandbox does not work, with what to do about it', async () => {
  world = await World.make();
  // A Codex whose sandbox confines nothing, and that is the real one otherwise.
  const codex = path.join(world.root, 'codex');
  await writeFile(
    codex,
    `#!/bin/sh
if [ "$1" = sandbox ]; then
  while [ "$1" != -- ]; do shift; done
  shift
fi
case "$1" in /*) exec "$@" ;; esac
exec '${codexPaths['0.151.0']}' "$@"
`,
    { mode: 0o755 },
  );
  const model = await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()], {
    codex: { path: codex },
  });
  const run = await world.run('run', 'sum any number of numbers');
  expect(run.code).toBe(1);
  expect(run.out).toContain('[sandbox-unavailable]');
  expect(run.out).toContain('set tests.sandbox to "off"');
  expect(model.report().exchanges).toEqual([]);
});
