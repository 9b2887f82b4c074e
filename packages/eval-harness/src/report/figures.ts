import type { Evaluation } from '../evaluation/evaluation.js';

type Totals = Evaluation['totals'];

/** The figures of an evaluation, a line each: what came from the cache, what took longest, and on what time and CPU were spent. */
export function figureLines({ totals }: Pick<Evaluation, 'totals'>): readonly string[] {
  const { slowest, pairs, cached, wallMs } = totals;
  return [
    `${cached} of ${pairs} pairs from the cache, in ${seconds(wallMs)}.`,
    ...(slowest.length > 0
      ? [`Slowest: ${slowest.map(({ asset, target, ms }) => `${asset} on ${target} ${seconds(ms)}`).join(', ')}.`]
      : []),
    ...timeLines(totals),
    ...cpuLines(totals),
  ];
}

/** What is left of the work when all that is the targets' own is taken away is ours. */
function timeLines({ workMs, testsMs, checksMs, installMs, applyMs }: Totals): readonly string[] {
  if (workMs <= 0) return [];
  const own = Math.max(0, workMs - testsMs - checksMs - installMs);
  const assets = Math.min(own, applyMs);
  const parts = shares(workMs, [
    ["the targets' own tests", testsMs],
    ['their lint and typecheck', checksMs],
    ['their installation', installMs],
    ['codex-orch itself', own],
  ]);
  const ours = own > 0 ? `, of which assets took ${seconds(assets)} and all else ${seconds(own - assets)}` : '';
  return [`Of ${seconds(workMs)} of work, targets at the same time added up: ${parts}${ours}.`];
}

function cpuLines({ cpuMs }: Totals): readonly string[] {
  if (!cpuMs || cpuMs.all <= 0) return [];
  const { all, tests, checks, install, assets } = cpuMs;
  const own = Math.max(0, all - tests - checks - install);
  const parts = shares(all, [
    ["the targets' own tests", tests],
    ['their lint and typecheck', checks],
    ['npm for their installation', install],
    ['codex-orch itself', own],
  ]);
  const ofAssets = Math.min(own, assets);
  const ours =
    ofAssets > 0
      ? `, of which processes of assets took ${seconds(ofAssets)} and all else ${seconds(own - ofAssets)}`
      : '';
  return [`Of ${seconds(all)} of CPU: ${parts}${ours}.`];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const shares = (whole: number, parts: readonly (readonly [name: string, ms: number])[]): string =>
  parts
    .filter(([, ms]) => ms > 0)
    .map(([name, ms]) => `${name} ${seconds(ms)} (${Math.round((100 * ms) / whole)}%)`)
    .join(', ');
