import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { JournalEngine } from '../engine/index.js';
import { Redactor } from '../secret/redactor.js';
import { Secret } from '../secret/secret.js';
import { redactedCtx } from './redacted-ctx.js';

it("keeps secrets out of an engine's records: results of steps and scopes, and what errors say", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'redacted-ctx-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const redactor = new Redactor();
  redactor.add(new Secret('KEY', 'hunter2hunter2'));
  const layout = { folderOf: () => Promise.resolve(folder), list: () => Promise.resolve(['run']) };
  await using engine = new JournalEngine(layout);
  const workflow = {
    name: 'leaky',
    run: async (given: Parameters<typeof redactedCtx>[0]) => {
      const ctx = redactedCtx(given, redactor);
      const said = await ctx.scope('scope', async (inner) => [
        await inner.step('step', () => Promise.resolve('says hunter2hunter2')),
        'hunter2hunter2, too',
      ]);
      const failed = await ctx
        .step('failing', () => Promise.reject(new Error('no: hunter2hunter2')))
        .catch((error: unknown) => (error as Error).message);
      return [...said, failed];
    },
  };
  engine.register(workflow);
  await engine.start();
  await engine.run(workflow, null, { id: 'run' });
  expect(await engine.result('run')).toEqual([
    'says [redacted:KEY]',
    '[redacted:KEY], too',
    expect.stringContaining('no: [redacted:KEY]') as string,
  ]);
  await engine.stop();
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = await readFile(path.join(file.parentPath, file.name), 'utf8');
    expect(text).not.toContain('hunter2');
  }
});
