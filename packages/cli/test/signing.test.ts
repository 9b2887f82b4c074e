import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type Approval,
  approvalText,
  ChainedLog,
  JournalEngine,
  type Manifest,
  readLog,
  RunLayout,
  RunStore,
} from '@codex-orch/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builder, type Call, oneChange, planner, reviewer, say, World } from './world.js';

let world: World;

const scenes = [planner(), builder(1, { applyPatch: oneChange }, say), reviewer()];
const inRoot = (name: string): string => path.join(world.root, name);

function makeKey(name: string): string {
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', inRoot(name)]);
  return inRoot(name);
}

const publicKey = async (name: string): Promise<string> =>
  (await readFile(`${inRoot(name)}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');

/** The settings of somebody who signs with this key and requires signatures. */
const signing = (key: string | undefined, require = true) => ({
  signing: { ...(key === undefined ? {} : { key }), allowedSigners: inRoot('allowed_signers'), require },
});

const change = (config: object): Promise<void> =>
  readFile(world.env['CODEX_ORCH_CONFIG'] ?? '', 'utf8').then((text) =>
    world.configure({ ...(JSON.parse(text) as object), ...config }),
  );

const runDir = async (): Promise<string> => path.join(world.repo, '.runs/adhoc', (await world.manifest()).runId);

let bringBack: () => Promise<void>;

/** Every test begins with a run of Ada, who signs, that waits for its approval. */
beforeAll(async () => {
  world = await World.make();
  const ada = makeKey('ada');
  makeKey('eve');
  await writeFile(inRoot('allowed_signers'), `ada@example.org ${await publicKey('ada')}\n`);
  await world.model(scenes, signing(ada));
  expect((await world.run('run', 'do it')).code).toBe(3);
  bringBack = world.keep();
});

beforeEach(() => bringBack());

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

it('signs the approval and the ends of a run, so that ssh-keygen and verify can tell who decided', async () => {
  expect((await world.run('runs', 'verify')).out).toContain('intact');
  expect((await world.run('approve', 'latest', '--reason', 'looks good')).code).toBe(0);
  expect((await world.run('apply', 'latest')).code).toBe(0);

  const [approval] = (await world.manifest()).approvals as [Approval];
  await writeFile(inRoot('signature'), approval.signature ?? '');
  const args = ['-Y', 'verify', '-f', inRoot('allowed_signers'), '-I', 'ada@example.org', '-n', 'codex-orch'];
  const checked = spawnSync('ssh-keygen', [...args, '-s', inRoot('signature')], {
    input: approvalText(approval),
    encoding: 'utf8',
  });
  expect(checked.stdout).toContain('Good "codex-orch" signature for ada@example.org');

  const manifest = JSON.parse(await readFile(path.join(await runDir(), 'manifest.json'), 'utf8')) as Manifest;
  expect(manifest.head.signature).toContain('BEGIN SSH SIGNATURE');
  const verify = await world.run('runs', 'verify');
  expect(verify.out).toContain('intact');
  expect(verify.code).toBe(0);
});

describe('where signatures are required', () => {
  const refused = async (): Promise<{ code: string; message: string }> => {
    const said = await world.run('approve', 'latest', '--json');
    expect(said.code).toBe(1);
    expect((await world.manifest()).state).toBe('awaiting-approval');
    return (said.json() as { error: { code: string; message: string } }).error;
  };

  it('an approval without one is refused', async () => {
    await change(signing(undefined));
    expect(await refused()).toMatchObject({ code: 'signature-missing' });
  });

  it('an approval with a key that is not listed is refused', async () => {
    await change(signing(inRoot('eve')));
    expect(await refused()).toMatchObject({ code: 'signature-invalid' });
  });

  it('an approval that claims to be of somebody else is refused', async () => {
    await writeFile(
      inRoot('allowed_signers'),
      `ada@example.org ${await publicKey('ada')}\neve@example.org ${await publicKey('eve')}\n`,
    );
    await change(signing(inRoot('eve')));
    expect((await refused()).message).toContain('is not listed for "ada@example.org"');
  });

  it('an approval that was put into the mailbox by hand is refused by the gate, and the run waits on', async () => {
    const dir = await runDir();
    const { diff, runId } = await world.manifest();
    const forged: Approval = {
      subject: { kind: 'diff', id: runId, sha256: diff?.sha256 ?? '' },
      decision: 'approved',
      by: { actor: 'human', name: 'Ada Example', email: 'ada@example.org' },
      at: new Date().toISOString(),
      channel: 'cli',
      justification: '',
    };
    await new JournalEngine(new RunLayout(world.repo)).signal(runId, 'approval', forged, 'forged');
    const resumed = await world.run('resume', 'latest');
    expect(resumed.code, resumed.err).toBe(3);
    expect(await readFile(path.join(dir, 'events.jsonl'), 'utf8')).toContain('"type":"approval.refused"');
  });

  it('a key that cannot sign stops the approval, which is on record', async () => {
    await change(signing(inRoot('nothing')));
    expect(await refused()).toMatchObject({ code: 'signing-failed' });
    expect((await world.run('audit', 'list')).out).toMatch(/signing-failure +failed/);
  });

  it('a run that was decided before signatures were required is found by verify and not applied', async () => {
    await change(signing(undefined, false));
    expect((await world.run('approve', 'latest')).code).toBe(0);
    await change(signing(inRoot('ada')));
    const verify = await world.run('runs', 'verify');
    expect(verify.code).toBe(1);
    expect(verify.out).toMatch(/events\.jsonl:\d+ the approval: .*not signed/);
    expect(verify.out).toContain('the head is not signed');
    expect((await world.run('apply', 'latest', '--json')).json()).toMatchObject({
      error: { code: 'signature-missing' },
    });
  });
});

describe('where signatures are required, an elevation', () => {
  const elevating = [
    planner(),
    builder(
      1,
      { escalate: { command: 'echo out > "$HOME/elevated"', justification: 'I need it' } },
      { applyPatch: oneChange },
      say,
    ),
    reviewer(),
  ];
  const wasDone = (): boolean => existsSync(inRoot('home/elevated'));

  async function waiting(): Promise<Call> {
    await world.model(elevating, signing(inRoot('ada')));
    const call = world.start('run', 'do it');
    await call.until(/asks to leave its sandbox/);
    return call;
  }

  it('is not done for an answer that was put into the run directory by hand', async () => {
    const call = await waiting();
    const { runId, elevations } = await world.manifest();
    const answer: Approval = {
      subject: { kind: 'elevation', id: 'e1', sha256: elevations[0]?.sha256 ?? '' },
      decision: 'approved',
      by: { actor: 'human', name: 'Ada Example', email: 'ada@example.org' },
      at: new Date().toISOString(),
      channel: 'cli',
      justification: '',
    };
    await using engine = new JournalEngine(new RunLayout(world.repo));
    await engine.signal(runId, 'elevation', answer);
    await call.until(/is not signed/);
    expect(wasDone()).toBe(false);
    await world.run('reject', 'latest', '--request', 'e1');
    expect((await call.said).code).toBe(3);
    expect(wasDone()).toBe(false);
  });

  it('is done for an answer that is signed', async () => {
    const call = await waiting();
    expect((await world.run('approve', 'latest', '--request', 'e1')).code).toBe(0);
    expect((await call.said).code).toBe(3);
    expect(wasDone()).toBe(true);
    expect((await world.run('audit', 'list')).out).toMatch(/elevation-decision +approved .*human:ada@example.org/);
    expect((await world.run('runs', 'verify')).out).toContain('intact');
  });
});

describe('verify finds', () => {
  const spoil: readonly (readonly [string, (lines: string[]) => string[], RegExp])[] = [
    ['a flipped byte', (lines) => lines.with(3, (lines[3] ?? '').replace('"seq"', '"sEq"')), /events\.jsonl:4 /],
    ['a dropped event', (lines) => lines.toSpliced(3, 1), /events\.jsonl:4 /],
    ['reordered events', (lines) => lines.with(3, lines[4] ?? '').with(4, lines[3] ?? ''), /events\.jsonl:4 /],
    ['an inserted event', (lines) => lines.toSpliced(3, 0, lines[2] ?? ''), /events\.jsonl:4 /],
    ['a cut-off event', (lines) => lines.slice(0, -1), /events\.jsonl:\d+ .*cut off/],
  ];

  it('a flipped, dropped, reordered, inserted and cut-off event, and a changed artifact', async () => {
    const dir = await runDir();
    const file = path.join(dir, 'events.jsonl');
    const text = await readFile(file, 'utf8');
    for (const [what, change, expected] of spoil) {
      await writeFile(file, `${change(text.trimEnd().split('\n')).join('\n')}\n`);
      const verify = await world.run('runs', 'verify');
      expect(verify.out, what).toMatch(expected);
      expect(verify.code, what).toBe(1);
    }
    await writeFile(file, text);
    await writeFile(path.join(dir, 'review.json'), '{}');
    expect((await world.run('runs', 'verify')).out).toMatch(/review\.json its sha256 is/);
  });

  it('a run directory that somebody else wrote as a whole, though it is consistent in itself', async () => {
    expect((await world.run('approve', 'latest')).code).toBe(0);
    // The forger has no key of Ada, and keeps no log of what Ada did.
    await change(signing(inRoot('eve'), false));
    const dir = await runDir();
    const events = path.join(dir, 'events.jsonl');
    const { runId } = await world.manifest();
    const { lines } = readLog(await readFile(events), { path: events, subject: runId });
    await rm(events);
    {
      await using log = await ChainedLog.open(events, { subject: runId });
      for (const { actor, type, data, key } of lines)
        await log.append({
          actor,
          type,
          data: JSON.parse(JSON.stringify(data).replaceAll('I say approve', 'I said')),
          key,
        });
    }
    await (await RunStore.open({ runId, taskId: 'adhoc', dir })).close();

    await change(signing(inRoot('ada')));
    const verify = await world.run('runs', 'verify');
    expect(verify.code).toBe(1);
    expect(verify.out).toContain('the head is not signed');
    expect(verify.out).toMatch(/the audit log knows: it was rewritten/);
  });
});
