import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { defaultConfig } from '@codex-orch/core';
import { expect, it, onTestFinished } from 'vitest';
import { Notary } from './notary.js';

it('holds a run to the ends of its events since those of another machine took their place', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'notary-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const notary = new Notary({ config: defaultConfig.signing, env: { CODEX_ORCH_HOME: home }, repository: '/r' });
  const hash = (letter: string): string => letter.repeat(64);
  await notary.seal({ runId: 'R', seq: 7, hash: hash('a') });
  await notary.seal({ runId: 'S', seq: 2, hash: hash('b') });
  expect(await notary.anchors('R')).toEqual([{ seq: 7, hash: hash('a') }]);
  const subject = { kind: 'run', id: '/r/.runs/adhoc/R.replaced-1', sha256: hash('a') };
  await notary.recorded('orchestrator', { action: 'run-replaced', runId: 'R', subject }, () => Promise.resolve());
  expect(await notary.anchors('R')).toEqual([]);
  await notary.seal({ runId: 'R', seq: 9, hash: hash('c') });
  expect(await notary.anchors('R')).toEqual([{ seq: 9, hash: hash('c') }]);
  expect(await notary.anchors('S')).toEqual([{ seq: 2, hash: hash('b') }]);
});
