import { describe, expect, it } from 'vitest';
import { codesOf, entryOf, file, goodSpec, indexFile, miniSpec, modified, specFile, world } from '../../test/world.js';
import { parseRegistry } from '../registry/parse-registry.js';
import { parseSpec } from '../spec/parse-spec.js';
import type { CheckInput } from './check-input.js';
import { checkSpecs } from './check-specs.js';
import { planFixes } from './fix-plan.js';

const owners = ['ada'];

/** The input as it is after a plan. */
function after(input: CheckInput): CheckInput {
  const edits = planFixes(input, { owners });
  const index = edits.find(({ path }) => path === 'tasks/index.json');
  const added = edits.filter(({ path }) => path !== 'tasks/index.json');
  return {
    ...input,
    index: index ? file(index.path, index.text) : input.index,
    specs: [...input.specs, ...added.map(({ path, text }) => file(path, text))],
    changes: [...(input.changes ?? []), ...edits.map(({ path }) => modified(path))],
  };
}

describe('a plan of fixes', () => {
  it('is empty where nothing is mechanical to mend', () => {
    expect(planFixes(world(), { owners })).toEqual([]);
    const { spec, entry } = goodSpec({ last_review: '2020-01-01' });
    expect(planFixes(world({ specs: [spec], index: indexFile([{ ...entry, approvals: [] }]) }), { owners })).toEqual(
      [],
    );
    expect(planFixes(world({ index: file('tasks/index.json', '{') }), { owners })).toEqual([]);
  });

  it('registers a spec and corrects its entry, but writes no date and no approval', () => {
    const { spec, entry } = goodSpec(
      {},
      { status: 'done', sha256: '0'.repeat(64), covers: ['old/**'], last_review: '2026-11-01' },
    );
    const second = specFile({ id: '0002', covers: ['packages/core/**'] });
    const input = world({ specs: [spec, second], index: indexFile([entry]) });
    const [edit, ...others] = planFixes(input, { owners });
    expect(others).toEqual([]);
    expect(edit?.done).toEqual([
      'The entry of spec 0001 says what its file says about title, covers, status, risk, sha256.',
      'Spec 0002 is registered.',
    ]);
    const specs = parseRegistry(edit!.text).registry!.specs;
    expect(specs[0]).toMatchObject({
      status: 'approved',
      covers: ['packages/core/**'],
      last_review: '2026-11-01',
      approvals: entry.approvals,
    });
    expect(specs[1]).toMatchObject({ id: '0002', approvals: [], reviews: [] });
    expect(specs[1]?.last_review).toBeUndefined();
    expect(codesOf(checkSpecs(after(input)))).toEqual(['SG010', 'SG007']);
  });

  it('writes a skeleton for a spec that is missing, which passes no gate', () => {
    const input = world({
      specs: [],
      index: indexFile([]),
      changes: [modified('services/pay/auth/token.ts'), modified('services/pay/auth/user.ts')],
    });
    const edits = planFixes(input, { owners });
    expect(edits.map(({ path, isNew }) => [path, isNew])).toEqual([
      ['tasks/index.json', false],
      ['tasks/specs/0001-auth.md', true],
    ]);
    expect(parseSpec(edits[1]!.text).spec).toMatchObject({
      status: 'draft',
      covers: ['services/pay/auth/**'],
      owners,
      last_review: undefined,
    });
    expect(codesOf(checkSpecs(after(input)))).toEqual(['SG006']);
  });

  it('starts a registry where there is none', () => {
    const input = world({ index: undefined, base: { index: undefined } });
    const [edit] = planFixes(input, { owners });
    expect(edit).toMatchObject({ path: 'tasks/index.json', isNew: true });
    expect(codesOf(checkSpecs(after(input)))).toEqual(['SG007']);
  });

  it('done once, is done', () => {
    const inputs = [
      world({ specs: [specFile()], index: indexFile([]) }),
      world({ specs: [specFile()], index: indexFile([entryOf(specFile(), miniSpec({ covers: ['x'] }))]) }),
      world({ specs: [], index: indexFile([]), changes: [modified('db/migrations/1.sql')] }),
    ];
    for (const input of inputs) {
      expect(planFixes(input, { owners })).not.toEqual([]);
      expect(planFixes(after(input), { owners })).toEqual([]);
    }
  });
});
