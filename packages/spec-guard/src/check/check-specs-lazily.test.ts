import { describe, expect, it } from 'vitest';
import { formatLine, genesis } from '../../test/override-log.js';
import { file, goodSpec, indexFile, modified, policyFile, world } from '../../test/world.js';
import { ruleCases } from '../../test/rule-cases/index.js';
import { checkSpecs } from './check-specs.js';
import { checkSpecsLazily } from './check-specs-lazily.js';
import type { CheckInput } from './check-input.js';
import { checkWith } from './check-with.js';
import type { Readers } from './readers.js';

/** Stands for libraries that are not there. */
const never = (): never => {
  throw new Error('a library was asked for');
};
const noReaders: Readers = { yaml: never, registry: never, policy: never, baseline: never, overrides: never };

const good = goodSpec({ title: 'Payments, refunds & co. (2026)' });
const plain = world({
  specs: [good.spec],
  index: indexFile([good.entry], [{ id: '0001', slug: 'pay', title: 'Pay', status: 'planned' }]),
  changes: [modified('packages/core/run.ts')],
  base: {
    policy: policyFile({
      reviewDays: 30,
      triggers: [],
      approvals: { quorum: 1 },
      overrides: { default: { maxDays: 7 } },
    }),
    baseline: file('tasks/guard-baseline.json', JSON.stringify({ schemaVersion: 1, findings: [] })),
  },
});

it('a repository in which nothing is odd is checked without a YAML parser and without a schema', () => {
  expect(checkWith(plain, noReaders)).toEqual(checkSpecs(plain));
});

describe('what is odd has the same report whether the libraries are loaded or not', () => {
  const log = file(
    'tasks/guard-overrides.jsonl',
    formatLine(genesis, [{ rule: 'SG003', reason: 'moving', expires: '2026-12-01' }]),
  );
  const odd: Readonly<Record<string, CheckInput>> = {
    'front matter': { ...plain, specs: [file(good.spec.path, good.spec.text.replace('title:', 'title: &a'))] },
    registry: { ...plain, index: file('tasks/index.json', '{"specs": [{"id": 3}]}') },
    policy: { ...plain, base: { ...plain.base, policy: policyFile({ reviewDays: 'thirty' }) } },
    baseline: { ...plain, base: { ...plain.base, baseline: file('tasks/guard-baseline.json', '{}') } },
    'override log': { ...plain, head: { ...plain.head, overrides: log } },
  };

  it.each(Object.entries(odd))('%s', async (_what, input) => {
    expect(() => checkWith(input, noReaders)).toThrow('a library was asked for');
    expect(await checkSpecsLazily(input)).toEqual(checkSpecs(input));
  });

  it('in every case of every rule', async () => {
    const inputs = Object.values(ruleCases).flatMap(({ failing, passing }) => [
      ...Object.values(failing).map(({ input }) => input),
      ...Object.values(passing),
    ]);
    for (const input of inputs) expect(await checkSpecsLazily(input)).toEqual(checkSpecs(input));
    expect(inputs.length).toBeGreaterThan(60);
  });
});
