import { expect, it } from 'vitest';
import { commitAll, userGit, writeFiles } from '../../test/git-fixture.js';
import { IntegrationWorld, type MadeRun } from '../../test/integration-world.js';
import { newRunId } from '../run/index.js';
import { openRepository } from '../workspace/index.js';
import { type ApprovedWork, Arrivals, hasArrived, type IntegrationRecord, type Whereabouts } from './index.js';

const files = { 'check.mjs': '', 'a.txt': 'one\ntwo\nthree\n', 'b.txt': 'b\n' };
const branch = 'codex-orch/integration/it';
const built = `refs/heads/${branch}`;

const workOf = (run: MadeRun, paths: readonly string[], more: Partial<ApprovedWork> = {}): ApprovedWork => ({
  diff: { ...run, sha256: run.diffSha256, paths },
  commit: run.commit,
  branch: 'main',
  appliedTo: [],
  ...more,
});

/** A question about the repository as it is now. */
async function open(
  world: IntegrationWorld,
  works: readonly ApprovedWork[],
  integrations: readonly IntegrationRecord[] = [],
): Promise<Arrivals> {
  const known = new Map(works.map((work) => [work.diff.runId, work]));
  const repository = await openRepository(world.root);
  return new Arrivals({ repository, integrations, workOf: (runId) => Promise.resolve(known.get(runId)) });
}

async function where(
  world: IntegrationWorld,
  work: ApprovedWork,
  integrations: readonly IntegrationRecord[] = [],
  others: readonly ApprovedWork[] = [],
): Promise<Whereabouts> {
  await using arrivals = await open(world, [work, ...others], integrations);
  return await arrivals.whereabouts(work);
}

function change(world: IntegrationWorld, content: Readonly<Record<string, string>>): string {
  writeFiles(world.root, content);
  return commitAll(world.root);
}

it('what was integrated has not arrived before its branch is merged, and has for ever then, whatever is done to it', async () => {
  const world = await IntegrationWorld.make(files);
  const run = await world.approvedRun('edit', { 'a.txt': 'one\n2\nthree\n' });
  const { runId } = run;
  const work = workOf(run, ['a.txt']);
  expect(await where(world, work)).toEqual({ how: 'nowhere', runId });

  const record = await world.integrate([run]);
  const commit = record.tip;
  const integrated = { how: 'integrated', runId, into: built, commit, integration: record.id };
  expect(await where(world, work, [record])).toEqual(integrated);
  // Who looks at a branch has not taken it.
  world.git('switch', '-q', branch);
  expect(await where(world, work, [record])).toEqual(integrated);

  world.git('switch', '-q', 'main');
  world.git('merge', '-q', branch);
  world.git('branch', '-q', '-d', branch);
  change(world, { 'a.txt': 'all of it is new\n' });
  const merged = { how: 'merged', runId, into: 'refs/heads/main', commit };
  expect(await where(world, work, [record])).toEqual(merged);
  world.git('switch', '-q', '--detach');
  // Nor has who only stands on it, and a branch that another integration built is nobody's either.
  const onNone = [{ ...record, base: { ...record.base, ref: null } }];
  expect(await where(world, { ...work, branch: null }, onNone)).toEqual({ how: 'nowhere', runId });
  const onBuilt = {
    ...record,
    id: `${record.id}-2`,
    branch: 'refs/heads/main',
    base: { ...record.base, ref: null },
    runs: [],
  };
  expect(hasArrived(await where(world, work, [onBuilt]))).toBe(false);
  // What was still running may yet be taken back.
  const running = {
    ...record,
    state: 'running' as const,
    runs: record.runs.map((one) => ({ ...one, outcome: 'already-there' as const, commit: null })),
  };
  expect(await where(world, { ...work, commit: undefined }, [running])).toEqual({ how: 'nowhere', runId });
  world.git('switch', '-q', '-c', 'elsewhere', 'HEAD~2');
  expect(await where(world, work, [record])).toEqual(merged);
  expect(hasArrived(await where(world, { ...work, branch: null }, []))).toBe(false);
});

it('a commit of its own that was merged, cherry-picked or squashed has arrived; one that was written over since cannot be told', async () => {
  const world = await IntegrationWorld.make(files);
  const [merged, picked, squashed] = [
    await world.approvedRun('one', { 'c.txt': '1\n' }),
    await world.approvedRun('two', { 'a.txt': 'one\ntwo\n3\n' }),
    await world.approvedRun('three', { 'b.txt': 'B\n' }),
  ];
  change(world, { 'd.txt': 'main goes on\n' });
  const bring = (run: MadeRun): string => world.git('fetch', '-q', run.clone, run.commit);
  bring(merged);
  world.git('merge', '-q', '--no-edit', 'FETCH_HEAD');
  bring(picked);
  world.git('cherry-pick', 'FETCH_HEAD');
  const record = await world.integrate([squashed]);
  world.git('merge', '-q', '--squash', branch);
  commitAll(world.root);

  const main = 'refs/heads/main';
  expect(await where(world, workOf(merged, ['c.txt']))).toMatchObject({ how: 'merged', into: main });
  expect(await where(world, workOf(picked, ['a.txt']))).toMatchObject({ how: 'contained', into: main });
  expect(await where(world, workOf(squashed, ['b.txt']), [record])).toMatchObject({ how: 'contained', into: main });
  change(world, { 'b.txt': 'something else\n' });
  expect(await where(world, workOf(squashed, ['b.txt']), [record])).toMatchObject({ how: 'integrated' });
  // A diff that nobody can read is nowhere.
  const unread = { ...workOf(squashed, ['b.txt']), commit: undefined };
  expect(await where(world, { ...unread, diff: { ...unread.diff, file: '/nowhere' } })).toMatchObject({
    how: 'nowhere',
  });
});

it('a run that conflicted has arrived with the one that mended it', async () => {
  const world = await IntegrationWorld.make(files);
  const first = await world.approvedRun('first', { 'a.txt': 'one\n2\nthree\n' });
  const second = await world.approvedRun('second', { 'a.txt': 'one\nII\nthree\n' });
  const partial = await world.integrate([first, second]);
  expect(partial.state).toBe('partial');
  const work = workOf(second, ['a.txt']);
  await using arrivals = await open(world, [work], [partial]);
  expect(arrivals.conflictOf(second.runId)).toEqual({ integration: partial.id, followUp: null });

  world.git('switch', '-q', '--detach', branch);
  const mending = await world.approvedRun(
    'mend',
    { 'a.txt': 'one\n2, II\nthree\n' },
    { on: { ...first, commit: partial.tip ?? '', clone: world.root } },
  );
  world.git('switch', '-q', 'main');
  const revised = {
    ...partial,
    runs: partial.runs.map((run) => (run.runId === second.runId ? { ...run, followUp: mending.runId } : run)),
  };
  const mended = { ...workOf(mending, ['a.txt']), branch: null };
  expect(await where(world, work, [revised], [mended])).toEqual({ how: 'nowhere', runId: second.runId });
  const rest = await world.integrate([mending]);
  const records = [revised, rest];
  expect(await where(world, work, records, [mended])).toMatchObject({
    how: 'integrated',
    runId: mending.runId,
    into: built,
  });
  world.git('merge', '-q', branch);
  expect(await where(world, work, records, [mended])).toMatchObject({ how: 'merged', runId: mending.runId });
  // One that names itself, or another that names it, is followed once.
  const circle = {
    ...revised,
    runs: revised.runs.map((run) => ({ ...run, outcome: 'conflict' as const, followUp: second.runId })),
  };
  expect(await where(world, { ...work, commit: undefined }, [circle])).toMatchObject({ how: 'nowhere' });
});

it('what somebody merged on the remote has arrived once it was fetched', async () => {
  const world = await IntegrationWorld.make(files);
  const run = await world.approvedRun('edit', { 'a.txt': 'one\n2\nthree\n' });
  const record = await world.integrate([run]);
  const remote = `${world.folder}/remote`;
  userGit(world.folder, 'clone', '-q', world.root, remote);
  userGit(remote, 'merge', '-q', `origin/${branch}`);
  world.git('remote', 'add', 'origin', remote);
  world.git('fetch', '-q', 'origin');
  expect(await where(world, workOf(run, ['a.txt']), [record])).toMatchObject({
    how: 'merged',
    into: 'refs/remotes/origin/main',
  });
});

it('asks git nothing about what was applied', async () => {
  const world = await IntegrationWorld.make(files);
  const run = await world.approvedRun('edit', { 'a.txt': 'one\n2\nthree\n' });
  const repository = { ...(await openRepository(world.root)), gitDir: '/nowhere' };
  await using arrivals = new Arrivals({
    repository,
    integrations: [],
    workOf: () => Promise.reject(new Error('asked')),
  });
  const to = [world.root];
  expect(await arrivals.whereabouts(workOf(run, ['a.txt'], { appliedTo: to }))).toEqual({
    how: 'applied',
    runId: run.runId,
    to,
  });
  expect(arrivals.conflictOf(newRunId())).toBeUndefined();
});
