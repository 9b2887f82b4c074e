import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished, describe, expect, it } from 'vitest';
import { formatLine, genesis } from '../../test/override-log.js';
import { testSigner } from '../../test/ssh-signer.js';
import { at, commit, file, goodSpec, indexFile, policyFile, world, type World } from '../../test/world.js';
import { checkSpecs } from '../check/check-specs.js';
import { appendOverride } from './append-override.js';
import { onlyAppends } from './only-appends.js';
import { type Override, overrideSchema } from './override.js';
import { overrideText } from './override-text.js';
import { readOverrides } from './read-overrides.js';
import { readTrailers } from './trailers.js';

const overdue = goodSpec({ last_review: '2026-01-01' });
const override: Override = overrideSchema.parse({ rule: 'SG003', reason: 'The team is away.', expires: '2026-12-01' });

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'spec-guard-override-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const check = (log: string, policy: object = {}, rest: Partial<World['base']> = {}, input: World = {}) =>
  checkSpecs(
    world({
      specs: [overdue.spec],
      index: indexFile([overdue.entry]),
      head: { overrides: file('tasks/guard-overrides.jsonl', log) },
      base: { policy: policyFile(policy), overrides: undefined, ...rest },
      ...input,
    }),
  );

const passes = (...args: Parameters<typeof check>): boolean => check(...args).clean;

describe('an entry of the log', () => {
  it('that was appended is read back, and lets its finding through', async () => {
    const folder = await temporaryFolder();
    const log = path.join(folder, 'tasks', 'log.jsonl');
    const options = { actor: 'human:ada@example.org', lock: path.join(folder, 'lock'), now: () => at };
    await appendOverride(log, override, options);
    await appendOverride(log, { ...override, specId: '0001' }, options);
    const text = await readFile(log, 'utf8');
    const { entries, problems } = readOverrides(file('log', text));
    expect(problems).toEqual([]);
    expect(entries.map(({ line, actor }) => [line, actor])).toEqual([
      [1, 'human:ada@example.org'],
      [2, 'human:ada@example.org'],
    ]);
    expect(check(text).overrides).toMatchObject([
      {
        rule: 'SG003',
        reason: 'The team is away.',
        actor: 'human:ada@example.org',
        expires: '2026-12-01',
        from: { line: 1 },
        waived: 1,
      },
      { from: { line: 2 }, specId: '0001', waived: 0 },
    ]);
  });

  it('that is no override is not written', async () => {
    const folder = await temporaryFolder();
    const options = { actor: 'a', lock: path.join(folder, 'lock'), now: () => at };
    await expect(appendOverride(path.join(folder, 'log'), { ...override, reason: ' ' }, options)).rejects.toThrow();
  });

  it('counts until the end of its last day', () => {
    const log = formatLine(genesis, [override]);
    expect(passes(log, {}, {}, { at: Date.UTC(2026, 11, 1, 23, 59) })).toBe(true);
    expect(passes(log, {}, {}, { at: Date.UTC(2026, 11, 2) })).toBe(false);
  });

  it('does not count for another spec, for too long, or dated ahead', () => {
    expect(passes(formatLine(genesis, [{ ...override, specId: '0001' }]))).toBe(true);
    expect(passes(formatLine(genesis, [{ ...override, specId: '0002' }]))).toBe(false);
    expect(passes(formatLine(genesis, [{ ...override, expires: '2027-12-01' }]))).toBe(false);
    expect(passes(formatLine(genesis, [override], { at: '2026-11-25T00:00:00.000Z' }))).toBe(false);
  });

  it('does not count when any line of the log is damaged', () => {
    const log = formatLine(genesis, [override, { ...override, rule: 'SG004' }]);
    expect(passes(log)).toBe(true);
    for (const bad of [
      log.replace('SG004', 'SG005'),
      log.slice(0, -5),
      log.split('\n').reverse().join('\n'),
      formatLine('0'.repeat(64), [override]),
    ])
      expect(passes(bad)).toBe(false);
  });

  it('of the base must stay as it is', () => {
    const one = formatLine(genesis, [override]);
    const two = formatLine(genesis, [override, override]);
    expect([onlyAppends(one, two), onlyAppends(two, one), onlyAppends('', one), onlyAppends(one, one)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(onlyAppends(one.slice(0, -3), one)).toBe(false);
  });
});

describe('approving an override', () => {
  const policy = { overrides: { default: { quorum: 1 } } };
  const approvedBy = (email: string, signature?: string) =>
    formatLine(genesis, [{ ...override, approvers: [{ name: 'X', email, ...(signature && { signature }) }] }]);

  it('takes somebody else than its author, unless the policy lets the author', () => {
    expect(passes(approvedBy('bob@example.org'), policy)).toBe(true);
    expect(passes(approvedBy('ADA@example.org'), policy)).toBe(false);
    expect(
      passes(approvedBy('ada@example.org'), { overrides: { default: { quorum: 1, authorMayApprove: true } } }),
    ).toBe(true);
  });

  it('takes somebody whom the policy names', () => {
    const board = { overrides: { default: { quorum: 1, approvers: ['*@board.example.org'] } } };
    expect(passes(approvedBy('bob@example.org'), board)).toBe(false);
    expect(passes(approvedBy('bob@board.example.org'), board)).toBe(true);
  });

  it('takes a signature over this very override where signatures are required', () => {
    const signer = testSigner();
    const strict = { ...policy, approvals: { signatures: 'required' }, rules: { SG013: 'off', SG015: 'off' } };
    const signers = { allowedSigners: file('tasks/allowed_signers', `bob@example.org ${signer.publicKey}\n`) };
    expect(passes(approvedBy('bob@example.org'), strict, signers)).toBe(false);
    expect(passes(approvedBy('bob@example.org', signer.sign(overrideText(override))), strict, signers)).toBe(true);
    expect(
      passes(
        approvedBy('bob@example.org', signer.sign(overrideText({ ...override, expires: '2026-12-02' }))),
        strict,
        signers,
      ),
    ).toBe(false);
  });
});

describe('a trailer', () => {
  const read = (message: string) => {
    const { trailers, problems } = readTrailers(commit(message));
    return { trailers: trailers.map(({ rule, specId, reason }) => [rule, specId, reason]), problems: problems.length };
  };

  it.each([
    ['Fix\n\nSpec-Override: SG003 we know', [['SG003', undefined, 'we know']], 0],
    [
      'Fix\n\nWhy.\n\nSigned-off-by: A <a@b>\nspec-override: missing-spec/0001 we\n know\nSpec-Override: SG004 that too\n',
      [
        ['missing-spec', '0001', 'we know'],
        ['SG004', undefined, 'that too'],
      ],
      0,
    ],
    ['Fix\r\n\r\nSpec-Override: SG003 we know\r\n', [['SG003', undefined, 'we know']], 0],
    ['Fix', [], 0],
    ['Spec-Override: SG003 in the first line', [], 1],
    ['Fix\n\nSpec-Override: SG003 is not in the last paragraph\n\nBye', [], 1],
    ['Fix\n\nSpec-Override: SG003 is among prose\nlike this', [], 1],
    ['Fix\n\nSpec-Override: SG003', [], 1],
    ['Fix\n\nSpec-Override:', [], 1],
    ['Fix\n\nWe thought of Spec-Override: SG003 here', [], 0],
  ])('is read as git reads it: %j', (message, trailers, problems) => {
    expect(read(message)).toEqual({ trailers, problems });
  });
});
