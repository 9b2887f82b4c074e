import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type Approval,
  type AuditRecord,
  verifySignatureInProcess,
  approvalText,
  parseAllowedSigners,
} from '@codex-orch/core';
import { contentSha256, type Registry } from '@codex-orch/spec-guard';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Said, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make({ 'src/pay.js': 'export const pay = 1;\n' });
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const file = 'tasks/specs/0001-payments.md';

const good = async (...args: string[]): Promise<Said> => {
  const said = await world.run(...args);
  expect(said.code, said.err + said.out).toBe(0);
  return said;
};

const registry = async (): Promise<Registry> => JSON.parse(await world.read('tasks/index.json')) as Registry;
const newSpec = () => good('spec', 'new', '--title', 'Payments', '--covers', 'src/**', '--covers', 'lib/**');

it('records who approved which content, in the registry and in the audit log', async () => {
  await newSpec();
  const approval = (await good('spec', 'approve', '0001', '--reason', 'Fine', '--json')).json() as Approval;
  const sha256 = contentSha256(await world.read(file));
  expect(approval).toMatchObject({
    subject: { kind: 'spec', id: '0001', sha256 },
    decision: 'approved',
    by: { actor: 'human', name: 'Ada Example', email: 'ada@example.org' },
    justification: 'Fine',
  });
  const [entry] = (await registry()).specs;
  expect(entry).toMatchObject({ status: 'approved', covers: ['src/**', 'lib/**'], approvals: [approval] });
  expect(await world.read(file)).toMatch(/^status: approved$/m);
  const audit = (await good('audit', 'list', '--json')).json() as readonly AuditRecord[];
  expect(audit).toMatchObject([
    {
      action: 'approve',
      outcome: 'begun',
      actor: 'human:ada@example.org',
      subject: { kind: 'spec', id: '0001', sha256 },
    },
    { action: 'approve', outcome: 'done' },
  ]);
  expect((await good('spec', 'status')).out).toMatch(
    /0001 +approved +approved by ada@example\.org +reviewed .*, due in \d+ days +Payments/,
  );
});

it('signs where a key is configured', async () => {
  const key = path.join(world.root, 'ada');
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', key]);
  const [type = '', blob = ''] = (await readFile(`${key}.pub`, 'utf8')).split(' ');
  await world.configure({ signing: { key } });
  await newSpec();
  await world.write({
    'tasks/allowed_signers': `ada@example.org ${type} ${blob}\n`,
    'tasks/guard.json': JSON.stringify({ approvals: { signatures: 'required' } }),
  });
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message=policy');
  const approval = (await good('spec', 'approve', '0001', '--json')).json() as Approval;
  await good('spec', 'review', '0001', '--note', 'Read it again.');
  const signers = parseAllowedSigners(await world.read('tasks/allowed_signers'), 'tasks/allowed_signers');
  expect(() =>
    verifySignatureInProcess(approvalText(approval), approval.signature ?? '', {
      signers,
      identity: 'ada@example.org',
      at: Date.now(),
    }),
  ).not.toThrow();
  await world.write({ 'src/pay.js': 'export const pay = 2;\n' });
  await good('guard');

  await writeFile(
    path.join(world.repo, 'tasks/index.json'),
    (await world.read('tasks/index.json')).replaceAll('Ada Example', 'Eve'),
  );
  expect((await world.run('guard')).out).toContain('SG013');
});

it('a rejection and a spec that cannot be read change nothing that was approved', async () => {
  await newSpec();
  await good('spec', 'reject', '0001', '--reason', 'Too vague');
  expect((await registry()).specs[0]?.status).toBe('rejected');
  await writeFile(path.join(world.repo, file), '---\nid: 0001\n');
  const before = await world.read('tasks/index.json');
  const refused = await world.run('spec', 'approve', '0001');
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('[spec-unusable]')]);
  expect((await world.run('spec', 'approve', '0009')).err).toContain('[entry-unknown]');
  expect(await world.read('tasks/index.json')).toBe(before);
});

it('keeps tasks: new, list, show with specs, status', async () => {
  expect((await good('task', 'new', 'Take money', '--gate', 'npm test')).out).toBe('Task 0001 is registered.\n');
  await good('task', 'new', 'Give it back', '--id', 'REFUND-1');
  await good('spec', 'new', '--title', 'Payments', '--covers', 'src/**', '--task', '0001');
  await good('task', 'status', 'take-money', 'in-progress');
  expect((await good('task', 'list', '--status', 'in-progress')).out).toMatch(/^0001 +in-progress +Take money\n$/);
  expect((await good('task', 'show', '0001', '--json')).json()).toMatchObject({
    status: 'in-progress',
    gate: 'npm test',
    specs: [{ id: '0001', status: 'draft' }],
  });
  expect((await world.run('task', 'status', '0001', 'finished')).code).toBe(2);
  expect((await world.run('task', 'new', 'Twice', '--id', '0001')).err).toContain('[entry-exists]');
});

it('registers a file as it is typed: from the working folder, from the root, and from nowhere else', async () => {
  await newSpec();
  const made = await world.read(file);
  await world.write({
    'tasks/specs/0002-b.md': made.replace("'0001'", "'0002'"),
    'tasks/specs/0003-c.md': made.replace("'0001'", "'0003'"),
    'docs/0004-d.md': made.replace("'0001'", "'0004'"),
  });
  world.cwd = path.join(world.repo, 'tasks/specs');
  expect((await world.run('spec', 'register', '0002-b.md')).out).toBe('tasks/specs/0002-b.md is registered.\n');
  expect((await world.run('spec', 'register', './tasks/specs/0003-c.md')).out).toBe(
    'tasks/specs/0003-c.md is registered.\n',
  );
  const before = await world.read('tasks/index.json');
  expect((await world.run('spec', 'register', '../../docs/0004-d.md')).err).toMatch(
    /docs\/0004-d\.md .*\[spec-misplaced\]/,
  );
  expect((await world.run('spec', 'register', '../../../out.md')).err).toContain('[path-escapes]');
  expect((await world.run('spec', 'register', '/etc/passwd')).err).toContain('[path-escapes]');
  expect((await world.run('spec', 'register', '0009-z.md')).err).toContain('there is no such file');
  expect(await world.read('tasks/index.json')).toBe(before);
});

it('says of an index that is too large, broken or ambiguous what is wrong and where, and never that there are no specs', async () => {
  await newSpec();
  const index = await world.read('tasks/index.json');
  const said = async (text: string): Promise<string> => {
    await world.write({ 'tasks/index.json': text });
    const answers = [await world.run('spec', 'status'), await world.run('guard', '--all')];
    expect(answers.map(({ code }) => code)).toEqual([1, 1]);
    return answers.map(({ out, err }) => out + err).join('');
  };
  expect(await said(index.replace('{', `{ "pad": "${'x'.repeat(50 * 1024 * 1024)}",`))).toMatch(
    /index\.json:1:1 .*too large.*SG011 tasks\/index\.json:1:1 .*too large/s,
  );
  expect(await said(index.replace('"items": [', '"items": [,'))).toMatch(
    /index\.json:3:13 .*no JSON.*SG011 tasks\/index\.json:3:13 .*no JSON/s,
  );
  expect(await said(index.replace('"items": []', '"items": [],\n  "items": []'))).toMatch(
    /index\.json:4:3 .*"items" stands twice.*SG011 tasks\/index\.json:4:3 .*"items" stands twice/s,
  );
});

it.each([
  [['task', 'new', ''], 'The title is empty.'],
  [['task', 'new', 't', '--id', ''], 'The id has to be'],
  [['task', 'new', 't', '--id', '../x'], 'The id has to be'],
  [['task', 'new', 't', '--kind', ''], 'The kind is empty.'],
  [['task', 'new', 't', '--path', '../../x'], 'The path does not lie in the repository'],
])('%j is refused, and nothing is written', async (args, message) => {
  const said = await world.run(...args);
  expect(said.code).toBe(1);
  expect(said.err).toContain(message);
  expect(world.git('status', '--porcelain')).toBe('');
});
