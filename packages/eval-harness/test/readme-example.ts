import {
  bubblewrapSandbox,
  consoleTable,
  controlAsset,
  type EvaluatedAsset,
  loadTargets,
  runEvaluation,
  type TargetSource,
} from '../src/index.js';

/** Proves an asset on the targets of a list, together with the control, and returns the table. */
export async function prove(asset: EvaluatedAsset, list: string, bwrap: string, source?: TargetSource) {
  const evaluation = await runEvaluation({
    id: `prove-${asset.id}`,
    runsDir: '.runs/eval',
    targets: await loadTargets(list),
    assets: [controlAsset, asset],
    sandbox: bubblewrapSandbox(bwrap),
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
    source,
  });
  return consoleTable(evaluation);
}
