import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { probeSandbox } from '../src/index.js';
import { openWorld, type World } from './world.js';

let world: World;
afterEach(() => world[Symbol.asyncDispose]());

it.each(['current', 'withMcpServer'] as const)('finds that the sandbox confines writes (%s)', async (binary) => {
  world = await openWorld({ binary, kind: 'exec' });
  expect(await probeSandbox(world.launch)).toEqual({
    working: true,
    detail: 'Commands can write to their work folder and not beside it.',
  });
  expect((await readdir(world.home.dir)).filter((name) => name.startsWith('sandbox-probe'))).toEqual([]);
});

it('does not call a sandbox working that confines nothing', async () => {
  world = await openWorld({ binary: 'current', kind: 'exec' });
  const binary = path.join(world.root, 'unconfined');
  await writeFile(binary, '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n', { mode: 0o755 });
  const report = await probeSandbox({ ...world.launch, binary });
  expect(report).toEqual({ working: false, detail: 'A command in the sandbox wrote outside its work folder.' });
});

it('does not call a sandbox working that lets nothing run', async () => {
  world = await openWorld({ binary: 'current', kind: 'exec' });
  const report = await probeSandbox({ ...world.launch, binary: '/bin/false' });
  expect(report.working).toBe(false);
});
