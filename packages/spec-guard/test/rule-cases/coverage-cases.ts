import { entryOf, indexFile, miniSpec, modified, policyFile, specFile, world } from '../world.js';
import { good, one, type RuleCases } from './rule-cases.js';

const noSpecs = { specs: [], index: indexFile([]) };

export const coverageCases: Readonly<Record<string, RuleCases>> = {
  SG001: {
    failing: {
      'a migration that no spec covers': {
        input: world({ ...noSpecs, changes: [modified('db/migrations/7.sql', { status: 'added' })] }),
        says: /migrations: 1 path/,
        at: 'db/migrations/7.sql:-:-',
        fix: 'codex-orch spec new --title 7 --covers db/migrations/7.sql',
      },
      'a trigger of the policy': {
        input: world({
          ...noSpecs,
          changes: [modified('src/a.ts', { addedLines: 9 }), modified('src/b.ts', { addedLines: 9 })],
          base: { policy: policyFile({ triggers: [{ id: 'big', reason: 'It is big.', minLines: 20 }] }) },
        }),
        says: /big: 20 changed lines, 2 paths/,
      },
      'new dependencies': {
        input: world({ ...noSpecs, changes: [modified('package.json', { addedDependencies: ['left-pad'] })] }),
        says: /new: left-pad/,
        severity: 'warning',
      },
      'several packages at once': {
        input: world({
          ...noSpecs,
          changes: ['a', 'b', 'c'].map((name) => modified(`packages/${name}/x.ts`, { addedLines: 100 })),
        }),
        says: /3 packages/,
        severity: 'warning',
      },
    },
    passing: {
      'a spec covers it': one({ covers: ['db/**'] }, {}, { changes: [modified('db/migrations/7.sql')] }),
      'nothing is set off': world({ ...noSpecs, changes: [modified('src/a.ts')] }),
      'it is a test': world({ ...noSpecs, changes: [modified('src/auth/login.test.ts')] }),
      'the paths are exempt': world({
        ...noSpecs,
        changes: [modified('db/migrations/7.sql')],
        base: { policy: policyFile({ exempt: ['db/**'] }) },
      }),
    },
  },
  SG021: {
    failing: {
      'covers that let go of what is changed': {
        input: world({
          specs: [specFile({ covers: ['apps/**'] })],
          index: indexFile([entryOf(specFile({ covers: ['apps/**'] }), miniSpec({ covers: ['apps/**'] }))]),
          base: { index: indexFile([good.entry]) },
        }),
        says: /Spec 0001 covered this path and does not any more/,
        at: 'packages/core/run.ts:-:-',
      },
      'a spec that is retired with the change': {
        input: one({ status: 'retired' }, {}, { base: { index: indexFile([good.entry]) } }),
        says: /Spec 0001 covered/,
      },
    },
    passing: {
      'another spec that takes over': world({
        specs: [specFile({ id: '0002' })],
        index: indexFile([entryOf(specFile({ id: '0002' }), miniSpec({ id: '0002' }))]),
        base: { index: indexFile([good.entry]) },
      }),
      'the paths are deleted': one(
        { status: 'retired' },
        {},
        {
          changes: [modified('packages/core/run.ts', { status: 'deleted' })],
          base: { index: indexFile([good.entry]) },
        },
      ),
    },
  },
};
