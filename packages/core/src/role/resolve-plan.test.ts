import { expect, it } from 'vitest';
import type { AssetOffer } from '../asset/asset-offer.js';
import type { ProposedPlan } from './outputs.js';
import { resolvePlan } from './resolve-plan.js';

const offer: AssetOffer = {
  id: 'swap',
  version: '1.2.0',
  kind: 'codemod',
  title: 'Swap',
  whenToUse: 'To swap.',
  optionsSchema: { type: 'object', properties: { deep: { type: 'boolean' } }, additionalProperties: false },
  risk: 'low',
  digest: 'd'.repeat(64),
};

const plan = (asset?: { id?: string; version?: string | null; options?: string }): ProposedPlan => ({
  summary: 's',
  subtasks: [
    {
      id: 'one',
      title: 'One',
      instructions: 'Do it.',
      paths: [],
      ...(asset ? { asset: { id: 'swap', version: null, options: '{}', ...asset } } : {}),
    },
  ],
});

it('binds an asset to the version and the digest that were offered', () => {
  expect(resolvePlan(plan({ options: '{"deep":true}' }), [offer])).toMatchObject({
    ok: true,
    plan: {
      subtasks: [{ asset: { id: 'swap', version: '1.2.0', digest: offer.digest, options: { deep: true } } }],
    },
  });
});

it('leaves a subtask without an asset as it is', () => {
  expect(resolvePlan(plan(), [])).toEqual({ ok: true, plan: plan() });
});

it.each([
  ['an asset that was not offered', { id: 'swoop' }, 'There is no asset "swoop". There are: swap.'],
  ['another version', { version: '2.0.0' }, 'is version 1.2.0, but version 2.0.0 was meant'],
  ['options that it does not take', { options: '{"depth":1}' }, '"depth"'],
  ['options that are no JSON', { options: 'deep' }, 'they are not JSON'],
  ['options that are no object', { options: '[]' }, 'must be an object, in braces, but is a list.'],
])('refuses %s, and says which subtask and why', (_what, asset, said) => {
  const resolved = resolvePlan(plan(asset), [offer]);
  expect(resolved).toMatchObject({ ok: false, problem: expect.stringContaining(said) as string });
  expect(resolved).toMatchObject({ problem: expect.stringContaining('Subtask "one"') as string });
});
