import path from 'node:path';
import { makeFolder, openRepository } from '@codex-orch/core';
import {
  type GoalEvaluation,
  type GoalEvaluationEvent,
  goalsTable,
  type LoadedGoalScenario,
  loadGoalScenario,
  runGoalScenario,
} from '@codex-orch/eval-harness';
import { takeAttemptPlace } from '../compose/evaluation/attempt-place.js';
import { findGoalScenario } from '../compose/evaluation/find-scenario.js';
import { goalRunner } from '../compose/evaluation/goal-runner.js';
import { orchHome } from '../compose/orch-home.js';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { paletteFor } from '../print/palette.js';
import { printEvent } from '../print/print-event.js';
import { shellWord } from '../print/shell-word.js';
import { visible, visibleLine } from '../print/visible.js';
import { version } from '../version.js';
import { type CommonFlags, command, printJson } from './command.js';
import { askedOf, begunBefore, goingOn, goOnAfter, newEvaluationId } from './eval-going-on.js';
import { workingSandbox } from './eval-sandbox.js';
import { environmentOf, evaluationsOf, targetsOf } from './eval-place.js';
import { folderOf } from './guard-change.js';
import { interruptible } from './interruption.js';
import { userConfigFor } from './open-orchestrator.js';
import { selfCommand } from './self-command.js';

export interface EvalGoalsFlags extends CommonFlags {
  readonly live: boolean;
  readonly record: boolean;
  readonly repeat?: number | undefined;
  readonly variant?: readonly string[] | undefined;
  readonly parallel?: number | undefined;
  readonly noCache: boolean;
  readonly resume?: string | undefined;
}

/** More of them would only wait for each other's tests. */
const maxParallel = 64;

export const goals = command(async (context, given: EvalGoalsFlags, named?: string): Promise<number> => {
  const { root, gitDir } = await openRepository(folderOf(context, given));
  const { flags, begun } = await begunBefore(root, 'goals', given);
  const scenario = named ?? begun?.scenario;
  if (scenario === undefined)
    throw new BadFlagsError(
      'There is no scenario.',
      begun ? `Name the one that ${begun.id} was begun with.` : 'Name one of evaluation/goals, or a file or folder.',
    );
  const { repeat } = flags;
  if (repeat !== undefined && !(Number.isInteger(repeat) && repeat >= 1 && repeat <= 1000))
    throw new BadFlagsError(`--repeat ${repeat} is no number of attempts.`, 'Name one from 1 to 1000.');
  const { parallel = 1 } = flags;
  if (!(Number.isInteger(parallel) && parallel >= 1 && parallel <= maxParallel))
    throw new BadFlagsError(`--parallel ${parallel} is no number of attempts.`, `Name one from 1 to ${maxParallel}.`);
  if (flags.record && !flags.live)
    throw new BadFlagsError('--record is of no use without --live.', 'What is on a cassette need not be recorded.');
  const targets = await targetsOf(root);
  const file = await findGoalScenario(context.process.cwd(), root, scenario);
  const loaded = await loadGoalScenario(file, { targets: targets.map(({ target }) => target.name) });
  const placed = targets.find(({ target }) => target.name === loaded.scenario.target);
  if (!placed) throw new Error(`the target ${loaded.scenario.target} was chosen, and is not there`);
  const id = begun?.id ?? newEvaluationId();
  const config = await userConfigFor(context);
  if (flags.record && !config.model.provider)
    throw new BadFlagsError(
      '--record needs to know which provider it stands in for.',
      'Name one in your configuration (model.provider).',
    );
  const { env, stderr } = context.process;
  const palette = paletteFor(stderr, env);
  sayModels(context, loaded, flags);

  // What an evaluation that was killed left of its attempts goes when the next one begins.
  const attempts = path.join(orchHome(env), 'evaluations');
  await makeFolder(attempts, { mode: 0o700 });
  await using place = await takeAttemptPlace(attempts);
  const resume = goingOn(context, 'goals', { id, root });
  let isInterrupted = false;
  const evaluation = await interruptible(context, async (signal): Promise<GoalEvaluation | undefined> => {
    try {
      return await runGoalScenario({
        id,
        runsDir: evaluationsOf(root),
        attemptsDir: place.dir,
        loaded,
        placed,
        runner: await goalRunner({
          config,
          env,
          redactor: context.redactor,
          version,
          signal,
          isRecorded: flags.record,
          hidden: place.others,
          onWarning: (message) => stderr.write(`warning ${visibleLine(message)}\n`),
          onEvent: (event, attempt) => {
            const whose = parallel > 1 ? `${attempt.variant.name} ${attempt.repetition}: ` : '';
            for (const line of printEvent(event, palette)) stderr.write(`  ${whose}${line}\n`);
          },
        }),
        sandbox: await workingSandbox({ path: config.codex.path, env }, signal),
        env: environmentOf(env),
        variants: flags.variant,
        repetitions: repeat,
        parallel,
        live: flags.live,
        // The hidden tests are committed in the one, and in the other lie those of scenarios of the same goal.
        secret: [gitDir, path.join(root, 'evaluation/goals')],
        useCache: !flags.noCache,
        reproduce: (variant) => [...again(context, flags, scenario, [variant]), '--no-cache'],
        resume,
        asked: askedOf(flags, loaded.file),
        onEvent: teller(context, loaded, resume),
        signal,
      });
    } catch (error) {
      isInterrupted = signal.aborted;
      if (isInterrupted) return undefined;
      throw error;
    }
  });
  if (!evaluation) {
    const begin = [...again(context, flags, scenario, flags.variant), ...(flags.noCache ? ['--no-cache'] : [])];
    const goOn = await goOnAfter({ id, root }, { resume, begin });
    stderr.write(`Interrupted. What is finished is kept. Go on with: ${goOn.join(' ')}\n`);
    return exitCode.interrupted;
  }
  const folder = path.join(evaluationsOf(root), id);
  if (flags.json) printJson(context, { ...evaluation, folder });
  else context.process.stdout.write(visible(goalsTable(evaluation)));
  stderr.write(`Results: ${visibleLine(folder)}\n`);
  if (evaluation.totals.notEvaluated > 0) {
    stderr.write(`Make those again that were not evaluated, and only those: ${resume.join(' ')}\n`);
  }
  return evaluation.verdict === 'passed' ? exitCode.done : exitCode.failed;
});

/** Before any number is told: what answers in place of a model, or that tokens will be spent. */
function sayModels(
  { process: { stderr, env } }: CliContext,
  { scenario, cassettes }: LoadedGoalScenario,
  flags: EvalGoalsFlags,
): void {
  const { bold, yellow } = paletteFor(stderr, env);
  for (const { name } of scenario.variants.filter((variant) => flags.variant?.includes(variant.name) ?? true)) {
    const cassette = flags.live ? undefined : cassettes.get(name);
    const model = cassette ? `cassette ${path.basename(cassette.path)}, not a live one` : 'live, of your provider';
    stderr.write(`${bold(name)}: model: ${yellow(visibleLine(model))}\n`);
  }
}

const again = (
  context: CliContext,
  flags: EvalGoalsFlags,
  scenario: string,
  variants: readonly string[] = [],
): string[] => [
  ...[selfCommand(context), 'eval', 'goals', shellWord(scenario)],
  ...(flags.live ? ['--live'] : []),
  ...(flags.record ? ['--record'] : []),
  ...(flags.repeat === undefined ? [] : ['--repeat', String(flags.repeat)]),
  ...(flags.parallel === undefined ? [] : ['--parallel', String(flags.parallel)]),
  ...variants.flatMap((name) => ['--variant', shellWord(name)]),
  ...(flags.repo === undefined ? [] : ['--repo', shellWord(flags.repo)]),
];

/** Says on standard error what happened. */
function teller(
  { process: { stderr, env } }: CliContext,
  { scenario }: LoadedGoalScenario,
  resume: readonly string[],
): (event: GoalEvaluationEvent) => void {
  const mustFail = new Set(scenario.variants.filter(({ passRate }) => passRate?.atMost === 0).map(({ name }) => name));
  const { dim, red, green, yellow } = paletteFor(stderr, env);
  const say = (line: string): void => void stderr.write(`${line}\n`);
  return (event) => {
    if (event.type === 'begun') say(dim(`If this is cut off, go on with: ${resume.join(' ')}`));
    else if (event.type === 'target-preparing') say(dim(`${event.target}: fetching and preparing it`));
    else if (event.type === 'baseline') {
      const { target, counts, asPinned, quarantined } = event.baseline;
      const isOther = asPinned ? '' : ` ${yellow('not as pinned')}`;
      const apart = quarantined.length === 0 ? '' : `, ${quarantined.length} in quarantine`;
      const { passed, total } = event.hidden;
      say(
        dim(
          `${target}: ${counts.passed} tests pass, ${counts.failed} fail before any work${apart}; of the hidden tests ${passed} of ${total} pass`,
        ) + isOther,
      );
    } else if (event.type === 'attempt-begins')
      say(dim(`${event.variant}, attempt ${event.repetition}: working on it`));
    else {
      const { variant, repetition, verdict, causes, cached, diff, hidden } = event.result;
      const isExpected = mustFail.has(variant) ? verdict === 'failed' && hidden !== null : verdict !== 'failed';
      const said = verdict === 'not-evaluated' ? yellow('not evaluated:') : (isExpected ? green : red)(verdict);
      const word = `${said}${mustFail.has(variant) && isExpected && verdict === 'failed' ? ' as expected:' : ''}`;
      const size = diff ? `${counted(diff.files, 'file')} changed` : 'nothing changed';
      const tests = hidden ? `, ${hidden.passed}/${hidden.total} hidden tests` : '';
      say(`${word} ${variant}, attempt ${repetition}: ${size}${tests}${cached ? dim(' (cached)') : ''}`);
      for (const { kind, message } of causes) say(`  ${kind}: ${visibleLine(message)}`);
    }
  };
}
