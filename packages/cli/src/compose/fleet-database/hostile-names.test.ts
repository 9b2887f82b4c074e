import os from 'node:os';
import { newRunId } from '@codex-orch/core';
import { fleetInputSchema } from '@codex-orch/core/goals';
import { describe, expect, it } from 'vitest';
import { fleetDir, newFleetId } from '../lanes/fleet-place.js';
import { fetchedDir } from './fetched-run.js';
import { remoteGoalSchema, remoteStandingSchema } from './remote-goal.js';
import { snapshotSchema } from './snapshot-format.js';

const env = { CODEX_ORCH_HOME: os.tmpdir() };
const runId = newRunId();
const fleetId = newFleetId();
const sha256 = 'a'.repeat(64);
const goal = { runId, taskId: 'adhoc', goal: 'one', base: { commit: 'a'.repeat(40), branch: null } };
const others = { fleetId, base: 'a'.repeat(40), bundle: { sha256, bytes: 1 }, after: [runId] };
const standing = { runId, phase: 'done', worker: 'a', diffSha256: null, requests: [], artifacts: [] };
const head = { seq: 1, hash: sha256 };
const snapshot = { schemaVersion: 1, runId, taskId: 'adhoc', worker: 'a', head, run: [], codex: [], tree: null };

it('takes what workers say', () => {
  expect(remoteGoalSchema.safeParse({ ...goal, of: { fleetId, goal: 'one', queue: 'goals' }, others }).success).toBe(
    true,
  );
  const artifacts = [{ path: 'work.bundle', sha256, bytes: 1 }];
  expect(remoteStandingSchema.safeParse({ ...standing, artifacts }).success).toBe(true);
  expect(snapshotSchema.safeParse(snapshot).success).toBe(true);
});

describe.each(['../../../../victim', '/etc', '..', '.', '', `${runId}/..`, `${runId}\0`])(
  '%j from the database',
  (name) => {
    it('is no run', () => {
      expect(remoteGoalSchema.safeParse({ ...goal, runId: name }).success).toBe(false);
      expect(remoteGoalSchema.safeParse({ ...goal, others: { ...others, after: [name] } }).success).toBe(false);
      expect(remoteStandingSchema.safeParse({ ...standing, runId: name }).success).toBe(false);
      expect(snapshotSchema.safeParse({ ...snapshot, runId: name }).success).toBe(false);
      expect(() => fetchedDir(env, name)).toThrow(/There is no run/);
    });

    it('is no fleet', () => {
      const of = { fleetId: name, goal: 'one', queue: 'goals' };
      expect(remoteGoalSchema.safeParse({ ...goal, of }).success).toBe(false);
      expect(remoteGoalSchema.safeParse({ ...goal, others: { ...others, fleetId: name } }).success).toBe(false);
      expect(() => fleetDir(env, name)).toThrow();
      expect(() => fleetDir(env, `goals-${name}`)).toThrow();
    });

    it('is no file', () => {
      const artifacts = [{ path: name, sha256, bytes: 1 }];
      expect(remoteStandingSchema.safeParse({ ...standing, artifacts }).success).toBe(false);
      for (const part of ['run', 'codex'])
        expect(snapshotSchema.safeParse({ ...snapshot, [part]: [{ path: name, parts: [] }] }).success).toBe(false);
    });
  },
);

it('refuses a goal with a NUL character', () => {
  expect(remoteGoalSchema.safeParse({ ...goal, goal: 'a\0b' }).error?.message).toContain('NUL');
});

describe.each(['--upload-pack=touch x', 'HEAD', 'a'.repeat(39), 'A'.repeat(40), `${'a'.repeat(40)}\n`, ''])(
  '%j from the database',
  (commit) => {
    it('is no commit', () => {
      expect(remoteGoalSchema.safeParse({ ...goal, base: { commit, branch: null } }).success).toBe(false);
      expect(remoteGoalSchema.safeParse({ ...goal, others: { ...others, base: commit } }).success).toBe(false);
      expect(remoteStandingSchema.safeParse({ ...standing, commit }).success).toBe(false);
      expect(snapshotSchema.safeParse({ ...snapshot, tree: { id: commit, parts: [] } }).success).toBe(false);
    });
  },
);

it.each(['../../heads/main', '-d', 'a..b', 'a b', ''])('takes no goal %j, which would be part of a ref', (id) => {
  const one = { id, goal: 'one', task: null, mode: 'local', environment: null, attempts: 1, after: [] };
  const { goals } = fleetInputSchema.shape;
  const limits = { tokens: 1, turns: 1, minutes: 1, revisions: 0, replans: 0 };
  expect(goals.safeParse([{ ...one, limits }]).success).toBe(false);
  expect(goals.safeParse([{ ...one, limits, id: 'one', after: [id] }]).success).toBe(false);
  expect(goals.safeParse([{ ...one, limits, id: 'one', after: ['two'] }]).success).toBe(true);
});
