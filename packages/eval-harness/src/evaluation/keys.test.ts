import { expect, it } from 'vitest';
import type { EvaluatedAsset } from '../asset/asset.js';
import { defaultThresholds } from '../scenario/thresholds.js';
import type { Target } from '../target/target.js';
import { baselineKey, pairKey } from './keys.js';

const target = { name: 't', version: '1.0.0', tree: 'x', timeoutSeconds: 1, refreshedAt: '2026-01-01' } as Target;
const asset = { id: 'a', version: '1.0.0', digest: 'd' } as EvaluatedAsset;

it('counts a result only for the very same target, sandbox, asset, code and thresholds', () => {
  const keys = [
    pairKey('b', asset, defaultThresholds),
    pairKey('c', asset, defaultThresholds),
    pairKey('b', { ...asset, id: 'b' }, defaultThresholds),
    pairKey('b', { ...asset, version: '1.0.1' }, defaultThresholds),
    pairKey('b', { ...asset, digest: 'e' }, defaultThresholds),
    pairKey('b', asset, { ...defaultThresholds, newlyFailing: 1 }),
    baselineKey(target, 'bubblewrap'),
    baselineKey(target, 'other'),
    baselineKey({ ...target, tree: 'y' }, 'bubblewrap'),
    baselineKey({ ...target, timeoutSeconds: 2 }, 'bubblewrap'),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

it('counts it still when people noted something else about the target', () => {
  const noted = { ...target, refreshedAt: '2026-02-02', refreshDays: 7, licence: 'MIT', traits: ['esm'], quick: true };
  expect(baselineKey(noted, 'bubblewrap')).toBe(baselineKey(target, 'bubblewrap'));
});
