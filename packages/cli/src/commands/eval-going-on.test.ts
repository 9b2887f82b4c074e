import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { begunBefore, goOnAfter } from './eval-going-on.js';

const id = '2026-01-01T00-00-00-000Z';
const how = { resume: ['resume'], begin: ['begin', 'mine'] };

it('takes of an evaluation what is not given anew, and goes on by what its plan says, or by what it was begun with', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'codex-orch-test-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  expect(await goOnAfter({ id, root }, how)).toEqual(how.begin);
  const plan = path.join(root, '.runs/eval', id, 'plan.json');
  await mkdir(path.dirname(plan), { recursive: true });
  const early = { digest: '', startedAt: '2026-01-01T00:00:00Z', resume: [] };
  await writeFile(plan, JSON.stringify(early));
  expect(await goOnAfter({ id, root }, how)).toEqual([...how.begin, '--resume', id]);
  const asked = { scenario: 'mine', target: ['one'], noCache: true, record: false, parallel: 3 };
  await writeFile(plan, JSON.stringify({ ...early, kind: 'assets', asked }));
  expect(await goOnAfter({ id, root }, how)).toEqual(how.resume);
  const given = { resume: 'latest', noCache: false, record: true, parallel: 0, target: undefined };
  expect(await begunBefore(root, 'run', given)).toEqual({
    flags: { ...given, target: ['one'], noCache: true },
    begun: { id, scenario: 'mine' },
  });
});
