/**
 * Usage: worker-submit.ts REPOSITORY GOAL, with the database's URL in CODEX_ORCH_DATABASE. Submits a goal, approves what it waits
 * with, and sends how it ended to its parent: all of it as on a machine that has no run directory.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { openRepository } from '@codex-orch/core';
import { fetchRun } from '../src/compose/fleet-database/publish-run.js';
import { decideGoal, followGoals, submitGoals } from '../src/compose/fleet-database/submit-goals.js';

// As the command does, which must not load it before it is needed.
const { DatabaseArtifactStore, DbosEngine } = await import('@codex-orch/engine-dbos');

const [repository = '', goal = ''] = process.argv.slice(2);
const folder = await mkdtemp(path.join(os.tmpdir(), 'worker-submit-'));
try {
  await using engine = new DbosEngine({ url: process.env['CODEX_ORCH_DATABASE'] ?? '', version: '1' });
  const { head } = await openRepository(repository);
  const [runId = ''] = await submitGoals([{ taskId: 'adhoc', goal, base: head }], { engine, concurrency: 1 });
  for await (const waiting of followGoals([runId], engine)) {
    if (waiting.status !== 'waiting') throw new Error(JSON.stringify(waiting));
    await fetchRun(waiting.standing, new DatabaseArtifactStore(engine), folder);
    await decideGoal(
      runId,
      {
        subject: { kind: 'diff', id: runId, sha256: waiting.standing.diffSha256 ?? '' },
        decision: 'approved',
        by: { actor: 'human', name: 'Ada Example', email: 'ada@example.org' },
        at: new Date().toISOString(),
        channel: 'test',
        justification: '',
      },
      engine,
    );
  }
  for await (const ended of followGoals([runId], engine)) {
    process.send?.({ ended, diff: await readFile(path.join(folder, 'diff.patch'), 'utf8') });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.disconnect();
