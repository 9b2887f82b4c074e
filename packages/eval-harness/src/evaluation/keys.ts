import { createHash } from 'node:crypto';
import type { EvaluatedAsset } from '../asset/asset.js';
import type { Thresholds } from '../scenario/thresholds.js';
import type { Target } from '../target/target.js';

/** To be raised when the harness measures something else, or otherwise: old results then count no more. */
const method = 6;

const digest = (data: unknown): string => createHash('sha256').update(JSON.stringify(data)).digest('hex');

/** Of all that a baseline depends on. */
export function baselineKey(target: Target, sandbox: string): string {
  // What people note about a target changes nothing about it.
  const { refreshedAt: _, refreshDays: __, licence: ___, traits: ____, quick: _____, ...matters } = target;
  return digest([method, matters, sandbox, process.version, process.platform, process.arch]);
}

/** Of all that the result of a pair depends on. */
export const pairKey = (
  baseline: string,
  { id, version, digest: own }: EvaluatedAsset,
  thresholds: Thresholds,
): string => digest([baseline, id, version, own, thresholds]);
