import path from 'node:path';
import { openRepository } from '@codex-orch/core';
import {
  consoleTable,
  controlAsset,
  type Evaluation,
  type EvaluationEvent,
  runEvaluation,
  selectTargets,
} from '@codex-orch/eval-harness';
import { loadIndex } from '@codex-orch/learning-library';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { paletteFor } from '../print/palette.js';
import { shellWord } from '../print/shell-word.js';
import { visible, visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { evaluatedAssets } from './eval-assets.js';
import { recordEvaluation } from './eval-record.js';
import { workingSandbox } from './eval-sandbox.js';
import { environmentOf, evaluationsOf, targetsOf } from './eval-targets.js';
import { folderOf } from './guard-change.js';
import { interruptible } from './interruption.js';
import { configFor } from './open-orchestrator.js';
import { repositoryIndex } from './patterns-index.js';
import { selfCommand } from './self-command.js';

export interface EvalRunFlags extends CommonFlags {
  readonly target?: readonly string[] | undefined;
  readonly asset?: readonly string[] | undefined;
  readonly quick: boolean;
  readonly noCache: boolean;
  readonly record: boolean;
}

export const run = command(async (context, flags: EvalRunFlags): Promise<number> => {
  if (flags.record && (flags.quick || flags.target))
    throw new BadFlagsError(
      `--record and ${flags.quick ? '--quick' : '--target'} do not go together.`,
      'A proof is of all targets; --asset may choose assets.',
    );
  const { root } = await openRepository(folderOf(context, flags));
  const targets = selectTargets(await targetsOf(root), { names: flags.target, quick: flags.quick });
  if (targets.length === 0) throw new BadFlagsError('No target is chosen.', 'Take away --quick, or some --target.');
  const file = path.join(root, repositoryIndex);
  const index = { ...(await loadIndex(file)), file };
  const assets = await evaluatedAssets(index, flags.asset);
  const { codex } = await configFor(context, { root });

  const { env } = context.process;
  let isInterrupted = false;
  const evaluation = await interruptible(context, async (signal): Promise<Evaluation | undefined> => {
    try {
      return await runEvaluation({
        id: new Date().toISOString().replaceAll(/[:.]/g, '-'),
        runsDir: evaluationsOf(root),
        targets,
        // A target whose tests do not notice the control proves nothing, whichever assets are chosen.
        assets: [controlAsset, ...assets.map(({ evaluated }) => evaluated)],
        // The repository is not distrusted here: the code of its rules runs in this very process.
        sandbox: await workingSandbox({ path: codex.path, env }, signal),
        env: environmentOf(env),
        useCache: !flags.noCache,
        reproduce: (target, asset) => reproduction(context, flags, target, asset),
        onEvent: teller(context),
        signal,
      });
    } catch (error) {
      isInterrupted = signal.aborted;
      if (isInterrupted) return undefined;
      throw error;
    }
  });
  if (!evaluation) {
    context.process.stderr.write('Interrupted. What is finished is kept; call the command again to go on.\n');
    return exitCode.interrupted;
  }

  const passed = evaluation.verdict === 'passed';
  if (flags.record && passed) await recordEvaluation(index, evaluation, assets);
  report(context, flags, { evaluation, folder: path.join(evaluationsOf(root), evaluation.id), assets: assets.length });
  return passed ? exitCode.done : exitCode.failed;
});

function report(
  context: CliContext,
  flags: EvalRunFlags,
  { evaluation, folder, assets }: { readonly evaluation: Evaluation; readonly folder: string; readonly assets: number },
): void {
  const { stdout, stderr } = context.process;
  const isRecorded = flags.record && evaluation.verdict === 'passed';
  if (flags.json) printJson(context, { ...evaluation, folder, recorded: isRecorded });
  else stdout.write(visible(consoleTable(evaluation)));
  if (flags.record)
    stderr.write(
      isRecorded
        ? `The proof of ${counted(assets, 'asset')} is in ${repositoryIndex}.\n`
        : 'Nothing is recorded, as the evaluation failed.\n',
    );
  stderr.write(`Results: ${visibleLine(folder)}\n`);
}

const reproduction = (context: CliContext, flags: EvalRunFlags, target: string, asset: string): readonly string[] => [
  ...[selfCommand(context), 'eval', 'run', '--target', target],
  ...(asset === controlAsset.id ? [] : ['--asset', asset]),
  '--no-cache',
  ...(flags.repo === undefined ? [] : ['--repo', shellWord(flags.repo)]),
];

/** Says on standard error what happened; of a pair, only where something changed or failed. */
function teller({ process: { stderr, env } }: CliContext): (event: EvaluationEvent) => void {
  const { dim, red, yellow } = paletteFor(stderr, env);
  const say = (line: string): void => void stderr.write(`${line}\n`);
  return (event) => {
    if (event.type === 'target-preparing') say(dim(`${event.target}: fetching and preparing it`));
    else if (event.type === 'target-unusable') say(`${red('unusable')} ${event.target}: ${visibleLine(event.message)}`);
    else if (event.type === 'baseline') {
      const { target, counts, asPinned, quarantined } = event.baseline;
      const isOther = asPinned ? '' : ` ${yellow('not as pinned')}`;
      const apart = quarantined.length === 0 ? '' : `, ${quarantined.length} in quarantine`;
      say(dim(`${target}: ${counts.passed} tests pass, ${counts.failed} fail before any change${apart}`) + isOther);
    } else {
      const { target, asset, verdict, files, tests, cached, kind } = event.result;
      if (verdict === 'passed' && (files.changed === 0 || kind === 'control')) return;
      const word = verdict === 'passed' ? 'passed' : red('failed');
      const kept = tests.ran ? `, ${tests.kept}/${tests.total} tests kept` : '';
      say(
        `${word} ${asset} on ${target}: ${counted(files.changed, 'file')} changed${kept}${cached ? dim(' (cached)') : ''}`,
      );
    }
  };
}
