import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newRunId } from '@codex-orch/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertNoted, noteRun } from './noted-runs.js';
import { secureOrchHome } from './orch-home.js';

let folder: string;
let env: Record<string, string>;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'orch-home-'));
  env = { CODEX_ORCH_HOME: path.join(folder, 'state') };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const places = ['', 'workspaces', 'codex', 'runs'];
const modes = () =>
  Promise.all(places.map(async (name) => (await stat(path.join(folder, 'state', name))).mode & 0o777));

describe('the state folder', () => {
  it('is closed to everybody but its owner, with all that is in it', async () => {
    const umask = process.umask(0);
    try {
      await secureOrchHome(env);
    } finally {
      process.umask(umask);
    }
    expect(await modes()).toEqual([0o700, 0o700, 0o700, 0o700]);
  });

  it('is closed where it is found open, also behind a link of its owner', async () => {
    for (const name of places) {
      const place = path.join(folder, 'elsewhere', name);
      await mkdir(place, { recursive: true });
      await chmod(place, 0o777);
    }
    await symlink('elsewhere', path.join(folder, 'state'));
    await secureOrchHome(env);
    expect(await modes()).toEqual([0o700, 0o700, 0o700, 0o700]);
  });

  it('cannot be a file', async () => {
    await writeFile(path.join(folder, 'state'), '');
    await expect(secureOrchHome(env)).rejects.toMatchObject({ code: 'not-writable' });
  });

  it('cannot belong to somebody else', async () => {
    // Only root could give a folder away, so somebody else looks at this one.
    const getuid = process.getuid;
    process.getuid = () => 4_000_000;
    try {
      await expect(secureOrchHome(env)).rejects.toMatchObject({ code: 'state-folder-unsafe' });
    } finally {
      process.getuid = getuid as () => number;
    }
  });
});

describe('a run', () => {
  const place = (repository: string, runId: string) => ({
    taskId: 'adhoc',
    runId,
    dir: path.join(folder, repository, '.runs/adhoc', runId),
  });

  it('that was noted here is known', async () => {
    const run = place('repo', newRunId());
    await noteRun(env, run);
    await expect(assertNoted(env, run)).resolves.toBeUndefined();
    expect(await modes()).toEqual([0o700, 0o700, 0o700, 0o700]);
  });

  it('that was never noted, or was noted of another repository, is not', async () => {
    const run = place('repo', newRunId());
    await noteRun(env, run);
    for (const stranger of [place('repo', newRunId()), place('copy', run.runId)])
      await expect(assertNoted(env, stranger)).rejects.toMatchObject({ code: 'run-not-noted' });
  });
});
