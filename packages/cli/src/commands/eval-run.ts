import path from 'node:path';
import { openRepository } from '@codex-orch/core';
import {
  type AcceptedComparison,
  comparisonWords,
  consoleTable,
  controlAsset,
  type Evaluation,
  type EvaluationEvent,
  runEvaluation,
} from '@codex-orch/eval-harness';
import { loadIndex } from '@codex-orch/learning-library';
import { findScenario } from '../compose/evaluation/find-asset-scenario.js';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { paletteFor } from '../print/palette.js';
import { shellWord } from '../print/shell-word.js';
import { visible, visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { evaluatedAssets } from './eval-assets.js';
import { chooseOf } from './eval-choice.js';
import { askedOf, begunBefore, goingOn, goOnAfter, newEvaluationId } from './eval-going-on.js';
import { recordEvaluation, recordFailures } from './eval-record.js';
import { workingSandbox } from './eval-sandbox.js';
import { evaluatedTemplates } from './eval-templates.js';
import { environmentOf, evaluationsOf, targetsOf } from './eval-place.js';
import { citedDocuments, compareWithBaseline, regressionLines } from './eval-regressions.js';
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
  readonly resume?: string | undefined;
  readonly parallel?: number | undefined;
}

/** More targets than these only take the time limits of their tests from each other. */
const maxParallel = 64;

export const run = command(async (context, given: EvalRunFlags, asScenario?: string): Promise<number> => {
  if (given.quick && asScenario !== undefined)
    throw new BadFlagsError('--quick is a scenario, and there is another one.', 'Take one of the two.');
  const { root } = await openRepository(folderOf(context, given));
  const { flags, begun } = await begunBefore(root, 'run', given);
  if (flags.record && (flags.quick || flags.target))
    throw new BadFlagsError(
      `--record and ${flags.quick ? '--quick' : '--target'} do not go together.`,
      'A proof is of all targets; --asset may choose assets.',
    );
  const named = asScenario ?? (flags.quick ? undefined : begun?.scenario);
  const { parallel = 2 } = flags;
  if (!(Number.isInteger(parallel) && parallel >= 1 && parallel <= maxParallel))
    throw new BadFlagsError(`--parallel ${parallel} is no number of targets.`, `Name one from 1 to ${maxParallel}.`);
  const all = await targetsOf(root);
  const file = path.join(root, repositoryIndex);
  const index = { ...(await loadIndex(file)), file };
  const asked = named ?? (flags.quick ? 'quick' : 'all-assets');
  const found = await findScenario(context.process.cwd(), root, asked);
  const chosen = chooseOf(found, flags, { all, index: index.index });
  const { scenario, targets } = chosen;
  const assets = await evaluatedAssets(index, chosen.assets, chosen.options);
  // They change nothing of a target, so who chooses targets does not ask for them.
  const templates = flags.target && !flags.asset ? [] : await evaluatedTemplates(index, chosen);
  const again: Reproduced = { ...flags, named };
  const isAboutTemplates = assets.length === 0 && templates.length > 0;
  const { codex } = await configFor(context, { root });
  const id = begun?.id ?? newEvaluationId();
  const resume = goingOn(context, 'run', { id, root });

  const { env, stderr } = context.process;
  stderr.write(`${paletteFor(stderr, env).dim(`${found.name ?? asked}: ${visibleLine(scenario.title)}`)}\n`);
  let isInterrupted = false;
  const evaluation = await interruptible(context, async (signal): Promise<Evaluation | undefined> => {
    try {
      return await runEvaluation({
        id,
        runsDir: evaluationsOf(root),
        ...(!flags.target && !flags.asset && found.name !== undefined && { scenario: found.name }),
        targets: isAboutTemplates ? [] : targets,
        // A target whose tests do not notice the control proves nothing, whichever assets are chosen.
        assets: [controlAsset, ...assets.map(({ evaluated }) => evaluated)],
        templates: templates.map(({ evaluated }) => evaluated),
        // The repository is not distrusted here: the code of its rules runs in this very process.
        sandbox: await workingSandbox({ path: codex.path, env }, signal),
        env: environmentOf(env),
        thresholds: scenario.thresholds,
        useCache: !flags.noCache,
        parallel,
        reproduce: (target, asset) => reproduction(context, again, target, asset),
        documents: await citedDocuments(root),
        resume,
        asked: askedOf(flags, found.name ?? found.file),
        onEvent: teller(context, resume),
        signal,
      });
    } catch (error) {
      isInterrupted = signal.aborted;
      if (isInterrupted) return undefined;
      throw error;
    }
  });
  if (!evaluation) {
    const goOn = await goOnAfter({ id, root }, { resume, begin: beginning(context, again, flags) });
    stderr.write(`Interrupted. What is finished is kept. Go on with: ${goOn.join(' ')}\n`);
    return exitCode.interrupted;
  }

  const folder = path.join(evaluationsOf(root), evaluation.id);
  const comparison =
    found.name === undefined
      ? undefined
      : await compareWithBaseline({
          ...{ root, scenario: found.name, evaluation, folder },
          ...{ targets: isAboutTemplates ? [] : flags.target, assets: flags.asset },
          reproduce: (target, asset) => reproduction(context, again, target, asset),
        });
  const passed = evaluation.verdict === 'passed' && !comparison?.regressions.length;
  const recorded = flags.record
    ? await (passed ? recordEvaluation : recordFailures)(index, evaluation, [...assets, ...templates])
    : [];
  report(context, flags, { evaluation, comparison, folder, recorded, isRecorded: flags.record && passed });
  return passed ? exitCode.done : exitCode.failed;
});

interface Reported {
  readonly evaluation: Evaluation;
  readonly comparison: AcceptedComparison | undefined;
  readonly folder: string;
  /** Ids of the assets whose evaluation is in the index now. */
  readonly recorded: readonly string[];
  /** As passed, and not only what failed. */
  readonly isRecorded: boolean;
}

function report(
  context: CliContext,
  flags: EvalRunFlags,
  { evaluation, comparison, folder, recorded, isRecorded }: Reported,
): void {
  const { stdout, stderr } = context.process;
  if (flags.json) printJson(context, { ...evaluation, folder, recorded: isRecorded, comparison: comparison ?? null });
  else stdout.write(visible(consoleTable(evaluation)));
  if (comparison) tellComparison(context, comparison, evaluation);
  if (flags.record)
    stderr.write(
      isRecorded
        ? `The proof of ${counted(recorded.length, 'asset')} is in ${repositoryIndex}.\n`
        : recorded.length > 0
          ? `${repositoryIndex} says now that ${recorded.join(', ')} failed, and so they are not offered. Nothing else is recorded.\n`
          : 'Nothing is recorded, as the evaluation failed.\n',
    );
  stderr.write(`Results: ${visibleLine(folder)}\n`);
}

/** On standard error: what a program reads is in the data. */
function tellComparison(context: CliContext, comparison: AcceptedComparison, evaluation: Evaluation): void {
  const { regressions } = comparison;
  const { stderr, env } = context.process;
  const { red } = paletteFor(stderr, env);
  const say = (line: string): void => void stderr.write(`${line}\n`);
  for (const line of regressionLines(regressions)) say(line.startsWith(' ') ? line : `${red('worse')} ${line}`);
  say(visibleLine(comparisonWords(comparison)));
  if (evaluation.verdict === 'passed' && evaluation.scenario !== undefined && regressions.length > 0)
    say(`If that is meant: ${selfCommand(context)} eval accept ${evaluation.id}`);
}

interface Reproduced extends Pick<EvalRunFlags, 'repo' | 'quick'> {
  readonly named: string | undefined;
}

function reproduction(
  context: CliContext,
  { repo, quick, named }: Reproduced,
  target?: string,
  asset?: string,
): readonly string[] {
  return [
    ...[selfCommand(context), 'eval', 'run'],
    // Options and thresholds are the scenario's.
    ...(named === undefined ? [] : [shellWord(named)]),
    ...(quick ? ['--quick'] : []),
    ...(target === undefined ? [] : ['--target', target]),
    ...(asset === undefined || asset === controlAsset.id ? [] : ['--asset', asset]),
    ...(target === undefined ? [] : ['--no-cache']),
    ...(repo === undefined ? [] : ['--repo', shellWord(repo)]),
  ];
}

/** The same choice. */
const beginning = (
  context: CliContext,
  again: Reproduced,
  { target = [], asset = [], noCache, record, parallel }: EvalRunFlags,
): readonly string[] => [
  ...reproduction(context, again),
  ...target.flatMap((name) => ['--target', shellWord(name)]),
  ...asset.flatMap((one) => ['--asset', shellWord(one)]),
  ...(noCache ? ['--no-cache'] : []),
  ...(record ? ['--record'] : []),
  ...(parallel === undefined ? [] : ['--parallel', String(parallel)]),
];

/** Says on standard error what happened; of a pair, only where something changed or failed. */
function teller({ process: { stderr, env } }: CliContext, resume: readonly string[]): (event: EvaluationEvent) => void {
  const { dim, red, yellow } = paletteFor(stderr, env);
  const say = (line: string): void => void stderr.write(`${line}\n`);
  return (event) => {
    if (event.type === 'begun') say(dim(`If this is cut off, go on with: ${resume.join(' ')}`));
    else if (event.type === 'target-preparing') say(dim(`${event.target}: fetching and preparing it`));
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
