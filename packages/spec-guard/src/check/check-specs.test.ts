import { describe, expect, it } from 'vitest';
import { checkSpecs } from './check-specs.js';
import {
  at,
  codesOf,
  commit,
  file,
  goodSpec,
  indexFile,
  miniSpec,
  modified,
  policyFile,
  review,
  specFile,
  specText,
  entryOf,
  world,
} from '../../test/world.js';

describe('checkSpecs', () => {
  it('finds nothing in a change whose spec is approved and fresh', () => {
    expect(checkSpecs(world())).toEqual({
      at,
      findings: [],
      waived: [],
      checked: { changedPaths: 1, specs: 1, approvals: 1 },
      overrides: [],
      clean: true,
    });
  });

  it('says nothing about specs that a change does not concern', () => {
    const { spec } = goodSpec();
    const stale = specFile({ id: '0002', covers: ['apps/**'], last_review: '2020-01-01' });
    const input = world({
      specs: [spec, stale],
      index: indexFile([
        goodSpec().entry,
        entryOf(stale, miniSpec({ id: '0002', covers: ['apps/**'], last_review: '2020-01-01' })),
      ]),
    });
    expect(codesOf(checkSpecs(input))).toEqual([]);
    expect(codesOf(checkSpecs({ ...input, changes: undefined }))).toEqual(['SG003']);
  });

  it('says nothing about prose, lock files and its own papers', () => {
    const { spec, entry } = goodSpec({ last_review: '2020-01-01' });
    const paths = [
      'packages/core/README.md',
      'packages/core/package-lock.json',
      'tasks/index.json',
      'tasks/guard.json',
    ];
    expect(
      codesOf(
        checkSpecs(world({ specs: [spec], index: indexFile([entry]), changes: paths.map((path) => modified(path)) })),
      ),
    ).toEqual([]);
  });

  it('asks the spec that a file is moved away from', () => {
    const { spec, entry } = goodSpec({ last_review: '2026-01-01' });
    const changes = [modified('attic/run.ts', { status: 'renamed', from: 'packages/core/run.ts' })];
    expect(codesOf(checkSpecs(world({ specs: [spec], index: indexFile([entry]), changes })))).toEqual(['SG003']);
  });

  it('is the same at the same moment, and another at another', () => {
    const input = world();
    expect(checkSpecs(input)).toEqual(checkSpecs(input));
    expect(codesOf(checkSpecs({ ...input, at: Date.UTC(2026, 11, 17) }))).toEqual(['SG016']);
    expect(codesOf(checkSpecs({ ...input, at: Date.UTC(2026, 11, 21) }))).toEqual(['SG003']);
  });

  it('lets nobody loosen the gate that a change has to pass', () => {
    const { spec, entry } = goodSpec({ last_review: '2026-01-01' });
    const input = world({
      specs: [spec],
      index: indexFile([entry]),
      base: { policy: policyFile({}) },
      head: { policy: policyFile({ reviewDays: 3650 }) },
    });
    expect(codesOf(checkSpecs(input))).toEqual(['SG003', 'SG020']);
  });

  it('keeps governing what a spec governed that can no longer be read', () => {
    const { entry } = goodSpec();
    const broken = file(entry.path, specText().replace('title: A spec', 'title: [A'));
    expect(codesOf(checkSpecs(world({ specs: [broken], index: indexFile([entry]) })))).toEqual(['SG005']);
  });

  it('takes the deadline of the spec before that of its risk before that of all', () => {
    const { spec, entry } = goodSpec({ risk: 'high', last_review: '2026-11-01' });
    entry.approvals[0] = { ...entry.approvals[0]!, at: '2026-11-01T00:00:00Z' };
    const check = (policy: object) =>
      codesOf(checkSpecs(world({ specs: [spec], index: indexFile([entry]), base: { policy: policyFile(policy) } })));
    expect(check({ risks: { high: { reviewDays: 14 } } })).toEqual(['SG003']);
    expect(check({ risks: { high: { reviewDays: 14 } }, specs: { '0001': { reviewDays: 60 } } })).toEqual([]);
    expect(check({ reviewDays: 10 })).toEqual(['SG003']);
  });
});

describe('a bumped last_review', () => {
  const before = goodSpec({ last_review: '2026-09-01' });
  const old = { ...before.entry, approvals: [{ ...before.entry.approvals[0]!, at: '2026-09-01T10:00:00.000Z' }] };
  const bumped = specFile({ last_review: '2026-11-22' });

  it('never passes alone, in the file or in both places', () => {
    const base = { index: indexFile([old]) };
    const inBoth = { ...old, last_review: '2026-11-22' };
    expect(codesOf(checkSpecs(world({ specs: [bumped], index: indexFile([inBoth]), base })))).toEqual(['SG015']);
    expect(codesOf(checkSpecs(world({ specs: [bumped], index: indexFile([old]), base })))).toContain('SG015');
  });

  it('passes with the record of a person who reviewed this very content', () => {
    const reviewed = { ...old, last_review: '2026-11-22', reviews: [review(bumped.text, '2026-11-22')] };
    expect(codesOf(checkSpecs(world({ specs: [bumped], index: indexFile([reviewed]) })))).toEqual([]);
  });

  it.each([
    ['an agent', review(bumped.text, '2026-11-22', { by: { actor: 'agent', name: 'codex', email: '' } })],
    ['a review of other content', review(specText({ title: 'Other' }), '2026-11-22')],
    ['an earlier review', review(bumped.text, '2026-10-22')],
    ['a review that is dated ahead', review(bumped.text, '2026-11-25')],
  ])('does not pass with the record of %s', (_who, record) => {
    const entry = { ...old, last_review: '2026-11-22', reviews: [record] };
    expect(codesOf(checkSpecs(world({ specs: [bumped], index: indexFile([entry]) })))).toEqual(['SG015']);
  });
});

describe('a waiver', () => {
  const overdue = goodSpec({ last_review: '2026-01-01' });
  const failing = (changes: Parameters<typeof world>[0] = {}) =>
    world({ specs: [overdue.spec], index: indexFile([overdue.entry]), ...changes });

  it('by a trailer lets a finding through, and is shown', () => {
    const report = checkSpecs(failing({ commits: [commit('Fix\n\nSpec-Override: SG003 the review is on Monday')] }));
    expect(report.clean).toBe(true);
    expect(report.waived).toMatchObject([
      { code: 'SG003', waiver: { by: 'override', reason: 'the review is on Monday' } },
    ]);
    expect(report.overrides).toMatchObject([{ rule: 'SG003', actor: 'Ada <ada@example.org>', waived: 1 }]);
  });

  it('by a trailer can be for one spec alone', () => {
    const other = [commit('Fix\n\nSpec-Override: review-overdue/0009 another one')];
    expect(checkSpecs(failing({ commits: other })).clean).toBe(false);
    const own = [commit('Fix\n\nSpec-Override: review-overdue/0001 this one')];
    expect(checkSpecs(failing({ commits: own })).clean).toBe(true);
  });

  it('by a trailer is refused where the policy of the base says so', () => {
    const commits = [commit('Fix\n\nSpec-Override: SG003 in a hurry')];
    for (const overrides of [
      { allowed: false },
      { trailers: false },
      { rules: { SG003: { allowed: false } } },
      { rules: { 'review-overdue': { quorum: 1 } } },
    ]) {
      const report = checkSpecs(failing({ commits, base: { policy: policyFile({ overrides }) } }));
      expect(codesOf(report)).toEqual(['SG003', 'SG018']);
    }
  });

  it('by a comment in the spec lets a finding through until it expires', () => {
    const body = '\n<!-- spec-guard-disable SG003 until=2026-12-01 the team is away -->\n# A spec\n';
    const spec = specFile({ last_review: '2026-01-01' }, body);
    const input = failing({ specs: [spec] });
    expect(checkSpecs(input).waived).toMatchObject([
      { code: 'SG003', waiver: { by: 'suppression', expires: '2026-12-01', line: 12 } },
    ]);
    expect(codesOf(checkSpecs(input))).toEqual([]);
    expect(codesOf(checkSpecs({ ...input, at: Date.UTC(2026, 11, 2) }))).toEqual(['SG003', 'SG017']);
  });

  it('by comments in changed files needs one in each of them', () => {
    const changes = [modified('packages/core/a.ts'), modified('packages/core/b.ts')];
    const marked = changes.map(({ path }) => file(path, '// spec-guard-disable SG003 until=2026-12-01 generated\n'));
    expect(checkSpecs(failing({ changes, marked })).clean).toBe(true);
    expect(checkSpecs(failing({ changes, marked: marked.slice(1) })).clean).toBe(false);
  });
});
