import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type AuditRecord, sha256 } from '@codex-orch/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builder, oneChange, planner, reviewer, say, World } from './world.js';

let world: World;

const scenes = [planner(), builder(1, { applyPatch: oneChange }, say), reviewer()];

let bringBack: () => Promise<void>;

/** Every test begins with a run that waits for its approval. */
beforeAll(async () => {
  world = await World.make();
  await world.model(scenes);
  expect((await world.run('run', 'do it')).code).toBe(3);
  bringBack = world.keep();
});

beforeEach(() => bringBack());

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const log = (): string => path.join(world.root, 'state', 'audit.log');

const records = async (): Promise<readonly AuditRecord[]> =>
  (await world.run('audit', 'list', '--json')).json() as readonly AuditRecord[];

const said = async (): Promise<readonly (readonly [string, string, string])[]> =>
  (await records())
    .filter(({ action }) => action !== 'head')
    .map(({ actor, action, outcome }) => [actor, action, outcome] as const);

it('has every decision about a run, by whom and about which diff', async () => {
  expect((await world.run('approve', 'latest')).code).toBe(0);
  expect((await world.run('apply', 'latest', '--check')).code).toBe(0);
  expect((await world.run('apply', 'latest')).code).toBe(0);
  expect((await world.run('run', 'do it again')).code).toBe(3);
  expect((await world.run('reject', 'latest')).code).toBe(0);

  const ada = 'human:ada@example.org';
  expect(await said()).toEqual([
    [ada, 'approve', 'begun'],
    [ada, 'approve', 'done'],
    [ada, 'apply', 'begun'],
    [ada, 'apply', 'done'],
    [ada, 'reject', 'begun'],
    [ada, 'reject', 'done'],
  ]);
  const [head, approved] = await records();
  const first = (await world.run('runs', 'list', '--json')).json() as { runId: string }[];
  expect(head).toMatchObject({ action: 'head', actor: 'orchestrator', runId: first[0]?.runId });
  const { diff, runId } = await world.manifest(first[0]?.runId);
  expect(approved).toMatchObject({
    runId,
    repository: world.repo,
    subject: { kind: 'diff', id: runId, sha256: diff?.sha256 },
  });
  const list = await world.run('audit', 'list');
  expect(list.out).toMatch(/approve +begun .* human:ada@example\.org diff [0-9a-f]{12}/);
  expect((await world.run('audit', 'verify')).out).toContain('is intact');
});

it('has what Codex asked for beyond its sandbox, and what was decided', async () => {
  await world.model([
    planner(),
    builder(
      1,
      {
        call: {
          name: 'exec_command',
          arguments: { cmd: 'echo hi', sandbox_permissions: 'require_escalated', justification: 'I want to.' },
        },
      },
      { applyPatch: oneChange },
      say,
    ),
    reviewer(),
  ]);
  expect((await world.run('run', 'do it', '--elevation', 'deny')).code).toBe(3);
  expect(await said()).toEqual([
    ['codex', 'elevation-request', 'noted'],
    ['policy', 'elevation-decision', 'denied'],
  ]);
});

it('has cancellations', async () => {
  expect((await world.run('cancel', 'latest')).code).toBe(0);
  expect(await said()).toEqual([
    ['human:ada@example.org', 'cancel', 'begun'],
    ['human:ada@example.org', 'cancel', 'done'],
  ]);
});

describe('when it cannot be written', () => {
  it.each(['approve', 'reject', 'cancel'])('%s is refused, and the run waits on', async (name) => {
    await rm(log());
    await mkdir(log());
    const refused = await world.run(name, 'latest');
    expect(refused.code).toBe(74);
    expect(refused.err).toMatch(/audit\.log cannot record this, so it is not done: .*\[audit-unavailable\]/s);
    expect(await world.manifest()).toMatchObject({ state: 'awaiting-approval', approvals: [] });
    expect((await world.run('resume', 'latest')).code).toBe(3);
  });

  it('apply changes nothing', async () => {
    expect((await world.run('approve', 'latest')).code).toBe(0);
    await writeFile(log(), `${await readFile(log(), 'utf8')}tampered\n`);
    expect((await world.run('apply', 'latest', '--json')).json()).toMatchObject({
      error: { code: 'audit-unavailable' },
    });
    expect(world.git('status', '--porcelain')).toBe('');
  });

  it('an end of a run that is not on record is said, and the run stands', async () => {
    await rm(log());
    await mkdir(log());
    const run = await world.run('run', 'do it');
    expect(run.code).toBe(3);
    expect(run.err).toMatch(/warning.* is not sealed: .*audit\.log cannot record this/);
  });
});

it('is checked by verify: a changed entry, and an end that was cut off', async () => {
  expect((await world.run('approve', 'latest')).code).toBe(0);
  const text = await readFile(log(), 'utf8');

  await writeFile(log(), text.replace('ada@example.org', 'eve@example.org'));
  const changed = await world.run('audit', 'verify');
  expect([changed.code, changed.out]).toEqual([1, expect.stringMatching(/audit\.log:2 .*sum does not match/)]);
  expect((await world.run('audit', 'list')).code).toBe(1);

  await writeFile(log(), `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`);
  const cut = await world.run('audit', 'verify', '--json');
  expect(cut.json()).toMatchObject({
    intact: false,
    problems: [{ message: expect.stringContaining('1 entries were cut off') as string }],
  });
});

describe('with a signing key', () => {
  const inRoot = (name: string): string => path.join(world.root, name);
  const head = (): string => path.join(world.root, 'state', 'audit.head');

  beforeEach(async () => {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', inRoot('ada')]);
    const [type = '', key = ''] = (await readFile(inRoot('ada.pub'), 'utf8')).split(' ');
    await writeFile(inRoot('allowed_signers'), `ada@example.org ${type} ${key}\n`);
    await world.model(scenes, { signing: { key: inRoot('ada'), allowedSigners: inRoot('allowed_signers') } });
    expect((await world.run('run', 'do it')).code).toBe(3);
    expect((await world.run('approve', 'latest')).code).toBe(0);
    expect((await world.run('audit', 'verify')).out).toContain('is intact');
  });

  /** Takes the last entries away, and writes the head that a log of that length would have. */
  async function cut(entries: number): Promise<void> {
    const lines = (await readFile(log(), 'utf8')).trimEnd().split('\n').slice(0, -entries);
    await writeFile(log(), lines.map((line) => `${line}\n`).join(''));
    await writeFile(head(), JSON.stringify({ seq: lines.length, hash: sha256(lines.at(-1) ?? '') }));
  }

  it('an end that was cut off together with its head is found, and stays on record', async () => {
    const before = (await records()).length;
    await cut(2);
    const verify = await world.run('audit', 'verify');
    expect([verify.code, verify.out]).toEqual([1, expect.stringContaining('audit.head holds no signature')]);
    expect((await world.run('apply', 'latest')).code).toBe(0);
    expect((await records())[before - 2]).toMatchObject({
      action: 'unsigned',
      detail: `the ${before - 2} entries before this one were not signed`,
    });
  });

  it('a key that signs nothing any more is told once, and stops no decision', async () => {
    await rm(inRoot('ada'));
    const apply = await world.run('apply', 'latest');
    expect(apply.code, apply.err).toBe(0);
    expect(apply.err.match(/The end of the audit log is not signed: Cannot sign with/g)).toHaveLength(1);
    const verify = await world.run('audit', 'verify');
    expect([verify.code, verify.out]).toEqual([1, expect.stringContaining('are not covered by it')]);
  });
});
