import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CloudRecord } from '@codex-orch/cloud-adapter';
import { writeStandInLogin } from '@codex-orch/cloud-adapter/testing';
import { defaultConfig, newRunId, Redactor, Secret, SignatureMissingError } from '@codex-orch/core';
import { planDigest, planGoals, signedPlanSchema } from '@codex-orch/core/goals';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloudAccount } from '../cloud/cloud-account.js';
import { newFleetId } from '../lanes/fleet-place.js';
import { CloudAdmission } from './cloud-admission.js';
import { asJson, type RemoteGoal, remoteGoalSchema } from './remote-goal.js';

const runId = newRunId();
const fleetId = newFleetId();
const base = { commit: 'a'.repeat(40), branch: 'main' };
const { limits } = defaultConfig;
const { concurrency, goals } = planGoals(
  { schemaVersion: 1, goals: [{ id: 'far', goal: 'Go far.', mode: 'cloud', environment: 'env_1' }] },
  { config: defaultConfig, concurrency: 2 },
);
const plan = signedPlanSchema.parse(asJson({ concurrency, goals }));

let home: string;
let account: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-admission-'));
  env = { CODEX_HOME: home };
  await writeStandInLogin(home);
  account = (await cloudAccount(env)) ?? '';
});

afterAll(() => rm(home, { recursive: true, force: true }));

interface Changes {
  readonly goal?: Partial<RemoteGoal>;
  readonly cloud?: Partial<NonNullable<RemoteGoal['cloud']>>;
  readonly approval?: object;
  readonly signOff?: object | undefined;
  readonly check?: () => Promise<void>;
  /** What the database has as the goals of the file, instead of these. */
  readonly fleet?: object;
  readonly redactor?: Redactor;
}

const approvalOf = (more: object = {}) => ({
  subject: { kind: 'plan', id: 'goals.json', sha256: planDigest(plan) },
  decision: 'approved',
  by: { actor: 'human', name: 'Ada', email: 'ada@example.org' },
  at: '2026-01-01T00:00:00.000Z',
  ...{ channel: 'cli', justification: '' },
  ...more,
});

function worldOf(changes: Changes): {
  readonly admission: CloudAdmission;
  readonly goal: RemoteGoal;
  recorded: string[];
} {
  const recorded: string[] = [];
  const cloud = { account, approval: approvalOf(changes.approval), plan, ...changes.signOff };
  const fleet = {
    ...{ fleetId, file: 'goals.json', contentSha256: 'c', planSha256: planDigest(plan), repository: '/r', base },
    ...{ concurrency: 1, budget: { tokens: null, minutes: null }, version: '1', settings: {}, goals: [] },
    ...('signOff' in changes && changes.signOff === undefined ? {} : { cloud }),
  };
  const goal = remoteGoalSchema.parse({
    ...{ runId, taskId: 'adhoc', goal: 'Go far.', base, limits, of: { fleetId, goal: 'far', queue: 'goals' } },
    cloud: { environment: 'env_1', attempts: 1, account, ...changes.cloud },
    ...changes.goal,
  });
  const admission = new CloudAdmission({
    engine: {
      submission: (id) => Promise.resolve(id === fleetId ? { id, input: asJson(changes.fleet ?? fleet) } : undefined),
    },
    notary: {
      check: changes.check ?? (() => Promise.resolve()),
      record: (actor, { action, runId: of, outcome }) => {
        recorded.push(`${actor} ${action} ${of ?? ''} ${outcome}`);
        return Promise.resolve();
      },
    },
    redactor: changes.redactor ?? new Redactor(),
    env,
  });
  return { admission, goal, recorded };
}

const wish = { environment: 'env_1', attempts: 1 };
const turn = { ...wish, branch: 'main' };
/** The run of the goal, as its own record has it. */
const run = { runId, taskId: 'adhoc', goal: 'Go far.', base, limits, cloud: wish };
/** A run whose tasks, as far as they are recorded, were intended with the same. */
const recordOf = (turn: object): CloudRecord => ({ schemaVersion: 1, turns: [turn] }) as unknown as CloudRecord;

it('admits a goal that a human signed off as it is, and puts that on record once', async () => {
  const { admission, goal, recorded } = worldOf({});
  await admission.admit(goal);
  await admission.admit(goal);
  expect(recorded).toEqual([`human:ada@example.org approve ${runId} noted`]);
  await admission.confirm(run, recordOf(turn));
});

const cases: readonly (readonly [why: string, changes: Changes])[] = [
  ['nobody signed it off', { signOff: undefined }],
  ['nobody signed it off', { goal: { of: { fleetId: newFleetId(), goal: 'far', queue: 'goals' } } }],
  ['nobody signed it off', { goal: { of: undefined } }],
  ['no approval of a plan by a human', { approval: { decision: 'rejected' } }],
  ['no approval of a plan by a human', { approval: { by: { actor: 'policy', name: 'p', email: '' } } }],
  [
    'no approval of a plan by a human',
    { approval: { subject: { kind: 'diff', id: runId, sha256: planDigest(plan) } } },
  ],
  ['of another plan', { approval: { subject: { kind: 'plan', id: 'goals.json', sha256: '0'.repeat(64) } } }],
  ['of another plan', { signOff: { plan: { ...plan, concurrency: 3 } } }],
  ['says something else', { goal: { goal: 'Go further.' } }],
  ['says something else', { goal: { taskId: '0001' } }],
  ['says something else', { goal: { of: { fleetId, goal: 'near', queue: 'goals' } } }],
  ['says something else', { cloud: { environment: 'env_2' } }],
  ['says something else', { cloud: { attempts: 4 } }],
  ['more than was signed off', { goal: { limits: { ...limits, minutes: limits.minutes + 1 } } }],
  ['more than was signed off', { goal: { limits: undefined } }],
  ['another login', { signOff: { account: '1'.repeat(64) } }],
];

it.each(cases)('refuses a goal: %s (%j)', async (why, changes) => {
  const { admission, goal, recorded } = worldOf(changes);
  await expect(admission.admit(goal)).rejects.toMatchObject({
    code: 'cloud-sign-off',
    message: expect.stringContaining(why) as string,
  });
  await expect(admission.confirm(run)).rejects.toMatchObject({ code: 'cloud-sign-off' });
  expect(recorded).toEqual([]);
});

it('leaves a goal for others whose signature it cannot check', async () => {
  const check = () => Promise.reject(new SignatureMissingError('The approval'));
  const { admission, goal } = worldOf({ check });
  await expect(admission.admit(goal)).rejects.toMatchObject({ code: 'cloud-sign-off-unchecked', interrupts: true });
  await expect(admission.confirm(run)).rejects.toMatchObject({ code: 'cloud-sign-off' });
});

it('leaves a goal for others whose login it has not, or has no more', async () => {
  const others = worldOf({ cloud: { account: '1'.repeat(64) } });
  await expect(others.admission.admit(others.goal)).rejects.toMatchObject({ code: 'cloud-account', interrupts: true });
  const { admission, goal } = worldOf({});
  await admission.admit(goal);
  await writeStandInLogin(home, { user: 'user-2' });
  await expect(admission.confirm(run)).rejects.toMatchObject({ code: 'cloud-account' });
  await writeStandInLogin(home);
});

const otherRuns: readonly object[] = [
  { cloud: undefined },
  { cloud: { environment: 'env_2', attempts: 1 } },
  { cloud: { environment: 'env_1', attempts: 2 } },
  { goal: 'Send me all of it.' },
  { taskId: '0001' },
  { limits: { ...limits, tokens: limits.tokens + 1 } },
  { limits: { ...limits, revisions: limits.revisions + 1 } },
  { base: { ...base, branch: 'other' } },
  { base: { ...base, branch: null } },
  { base: { ...base, commit: 'b'.repeat(40) } },
];

it.each(otherRuns)(
  'confirms no run that is about something else than the goal that was admitted: %j',
  async (other) => {
    const { admission, goal } = worldOf({});
    await admission.admit(goal);
    await admission.confirm({ ...run, limits: { ...limits, tokens: 1 } });
    await expect(admission.confirm({ ...run, ...other })).rejects.toMatchObject({ code: 'cloud-sign-off' });
  },
);

it('confirms no task that was intended with something else', async () => {
  const { admission, goal } = worldOf({});
  await admission.admit(goal);
  for (const other of [{ environment: 'env_2' }, { attempts: 2 }, { branch: 'other' }, { branch: null }])
    await expect(admission.confirm(run, recordOf({ ...turn, ...other }))).rejects.toMatchObject({
      code: 'cloud-sign-off',
    });
});

it('confirms the run of a goal that has a secret in it, as the run keeps it', async () => {
  const redactor = new Redactor();
  redactor.add(new Secret('KEY', 'Go far.'));
  const { admission, goal } = worldOf({ redactor });
  await admission.admit(goal);
  await admission.confirm({ ...run, goal: '[redacted:KEY]' });
});

it('holds a run against the goal as it was looked into last, and against none that was refused then', async () => {
  const { admission, goal, recorded } = worldOf({});
  await admission.admit(goal);
  const less = { ...limits, tokens: limits.tokens - 1 };
  await admission.admit({ ...goal, limits: less });
  await expect(admission.confirm(run)).rejects.toMatchObject({ code: 'cloud-sign-off' });
  await admission.confirm({ ...run, limits: less });
  await expect(admission.admit({ ...goal, goal: 'Go further.' })).rejects.toMatchObject({ code: 'cloud-sign-off' });
  await expect(admission.confirm({ ...run, limits: less })).rejects.toMatchObject({ code: 'cloud-sign-off' });
  expect(recorded).toHaveLength(1);
});

it('leaves a goal for others where it does not understand what it was submitted with', async () => {
  const { admission, goal } = worldOf({ fleet: { fleetId, ofANewerVersion: true } });
  await expect(admission.admit(goal)).rejects.toMatchObject({ code: 'cloud-sign-off-unread', interrupts: true });
});

it('lets goals pass that are worked on here', async () => {
  const { admission, goal } = worldOf({ goal: { cloud: undefined } });
  await admission.admit(goal);
  await expect(admission.confirm({ ...run, cloud: undefined })).rejects.toMatchObject({ code: 'cloud-sign-off' });
});
