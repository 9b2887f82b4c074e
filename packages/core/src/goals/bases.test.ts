import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { git, openRepository, type Repository } from '../workspace/index.js';
import { keepCommit, openBases, takeBundle, writeBase } from './bases.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-bases-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

const at = (name: string): string => path.join(root, name);

async function clone(name: string): Promise<Repository> {
  await cp(at('origin'), at(name), { recursive: true });
  return openRepository(at(name));
}

async function origin(): Promise<Repository> {
  await git(['init', '--quiet', '--initial-branch=main', at('origin')], { cwd: root });
  await commitOn(at('origin/.git'), undefined);
  return openRepository(at('origin'));
}

/** A commit without any files: what matters is that its objects travel. */
async function commitOn(gitDir: string, parent: string | undefined): Promise<string> {
  const own = { cwd: gitDir, gitDir };
  const tree = String(await git(['mktree'], { ...own, input: '' })).trim();
  const who = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) => [
      [`GIT_${role}_NAME`, 'Ada'],
      [`GIT_${role}_EMAIL`, 'ada@example.org'],
    ]),
  );
  const parents = parent === undefined ? [] : ['-p', parent];
  const args = ['commit-tree', tree, ...parents, '-m', `on ${parent ?? 'nothing'}`];
  const commit = String(await git(args, { ...own, env: who })).trim();
  if (parent === undefined) await git(['update-ref', 'refs/heads/main', commit], own);
  return commit;
}

it('takes work over on a machine whose clone has only the commit that it began from', async () => {
  const { head } = await origin();
  const [here, there] = [await clone('here'), await clone('there')];
  const [from, to] = [at('from/git'), at('to/git')];
  await openBases({ repository: here, gitDir: from, base: head.commit });
  const work = await commitOn(from, head.commit);
  const ref = 'refs/codex-orch/bases/R';
  const bundle = { commit: work, file: at('base.bundle'), ref };
  await writeBase(from, head.commit, bundle);

  await Promise.all([1, 2].map(() => openBases({ repository: there, gitDir: to, base: head.commit })));
  expect(await keepCommit(to, { commit: work, ref })).toBe(false);
  await takeBundle(to, bundle);
  expect(await keepCommit(to, { commit: work, ref })).toBe(true);
  expect(String(await git(['rev-parse', ref, `${ref}^`], { cwd: to, gitDir: to }))).toBe(`${work}\n${head.commit}\n`);
});

it('refuses to begin on a commit that the clone does not have', async () => {
  await origin();
  const gitDir = at('bases/git');
  const base = 'a'.repeat(40);
  await expect(openBases({ repository: await clone('here'), gitDir, base })).rejects.toMatchObject({
    code: 'unknown-object',
  });
});
