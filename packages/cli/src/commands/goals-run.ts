import { EngineStoppedError, resumeConfig } from '@codex-orch/core';
import { type FleetRecord, GoalsWaitingError, hasEnded, readFleetRecord } from '@codex-orch/core/goals';
import path from 'node:path';
import type { DatabaseFlags } from '../compose/fleet-database/open-queue.js';
import { PlanNotApprovedError } from '../compose/lanes/errors.js';
import { fleetDir, findFleet, listFleets } from '../compose/lanes/fleet-place.js';
import { GoalLanes } from '../compose/lanes/goal-lanes.js';
import { planApproval } from '../compose/lanes/plan-approvals.js';
import { runLayout } from '../compose/noted-runs.js';
import { Orchestrator } from '../compose/orchestrator.js';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { version } from '../version.js';
import { type CommonFlags, command, printJson } from './command.js';
import { type BudgetFlags, goalsInput } from './goals-input.js';
import { type GoalsFlags, type LoadedPlan, loadPlan } from './goals-plan.js';
import { GoalsProgress } from './goals-progress.js';
import { describeFleet } from './goals-summary.js';
import { stopSignals } from './interruption.js';
import { configFor, openNotary } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';
import { tellOverruled } from './overruled.js';
import { repoFlag, selfCommand } from './self-command.js';

export interface RunGoalsFlags extends GoalsFlags, DatabaseFlags, BudgetFlags {
  readonly queue?: string | undefined;
  readonly resume?: string | undefined;
  readonly new: boolean;
}

export const run = command(async (context, flags: RunGoalsFlags, name?: string): Promise<number> => {
  if (flags.resume !== undefined && (name !== undefined || flags.new))
    throw new BadFlagsError('--resume names goals that were begun, so neither a file nor --new goes with it.');
  if (flags.database !== undefined) {
    const { runRemote } = await import('./goals-remote.js');
    return runRemote(context, flags, name);
  }
  if (flags.resume !== undefined) {
    const repository = await repositoryOf(context, flags);
    return goOn(context, flags, repository, await findFleet(context.process.env, repository.root, flags.resume));
  }
  if (name === undefined) throw new BadFlagsError('Which goals? Name a goals file, or --resume <id>.');
  const loaded = await loadPlan(context, flags, name);
  const { repository } = loaded;
  for (const warning of loaded.plan.warnings) context.process.stderr.write(`Warning: ${visibleLine(warning)}.\n`);
  await tellOverruled(context, repository);
  const begun = (await listFleets(context.process.env, repository.root)).filter(
    ({ contentSha256 }) => contentSha256 === loaded.contentSha256,
  );
  const last = begun.at(-1);
  if (last && !flags.new) {
    context.process.stderr.write(
      last.over
        ? `These goals have ended, as ${last.fleetId}; --new begins them again.\n`
        : `Going on with ${last.fleetId}, which was begun with these goals; --new begins them again.\n`,
    );
    return goOn(context, flags, repository, last);
  }
  const input = goalsInput(context, flags, name, loaded);
  const cloud = loaded.plan.goals.filter(({ mode }) => mode === 'cloud');
  if (cloud.length > 0) {
    const notary = openNotary(context, repository, loaded.config);
    if (!(await planApproval(context.process.env, loaded.plan.sha256, notary)))
      throw new PlanNotApprovedError(
        name,
        loaded.plan.sha256,
        cloud.map(({ id }) => id),
      );
    const { requireCloud } = await import('../compose/cloud/require-cloud.js');
    const { env } = context.process;
    await requireCloud(cloud, { config: loaded.config, env, redactor: context.redactor, repository });
  }
  return drive(context, flags, loaded, input.fleetId, (lanes) => lanes.start(input));
});

/** Goes on with goals that were begun, with the configuration that they were begun with. */
async function goOn(
  context: CliContext,
  flags: RunGoalsFlags,
  repository: LoadedPlan['repository'],
  { fleetId, settings, concurrency, over }: FleetRecord,
): Promise<number> {
  if (over) return report(context, flags, fleetId);
  if (flags.concurrency !== undefined && flags.concurrency !== concurrency)
    context.process.stderr.write(`They were begun with --concurrency ${concurrency}, and keep it.\n`);
  const today = await configFor(context, repository);
  const file = path.join(fleetDir(context.process.env, fleetId), 'fleet.json');
  const config = resumeConfig(settings, today, file);
  return drive(context, flags, { repository, config }, fleetId, (_, { engine }) => engine.resume(fleetId));
}

async function drive(
  context: CliContext,
  flags: CommonFlags,
  { repository, config }: Pick<LoadedPlan, 'repository' | 'config'>,
  fleetId: string,
  begin: (lanes: GoalLanes, orchestrator: Orchestrator) => Promise<void>,
): Promise<number> {
  const { process } = context;
  using progress = new GoalsProgress(context, flags);
  await using orchestrator: Orchestrator = new Orchestrator({
    repository,
    config,
    notary: openNotary(context, repository, config),
    redactor: context.redactor,
    env: process.env,
    version,
    onEvent: progress.onEvent,
    onCodexEvent: progress.onCodexEvent,
    onWaiting: progress.onWaiting,
  });
  const lanes = new GoalLanes({ orchestrator, repository, env: process.env, onChange: progress.onChange });
  progress.watch((runId) => orchestrator.present(runId));
  const stop = new AbortController();
  const interrupt = (signal?: NodeJS.Signals): void => {
    if (stop.signal.aborted) {
      // A terminal that is closed may say so twice, and nobody has lost patience.
      if (signal !== 'SIGHUP') process.exit(exitCode.interrupted);
      return;
    }
    stop.abort();
    progress.say('Stopping; what is done is kept. Once more to stop at once.');
    void orchestrator[Symbol.asyncDispose]();
  };
  for (const signal of stopSignals) process.on(signal, interrupt);
  let waiting: GoalsWaitingError | undefined;
  try {
    await begin(lanes, orchestrator);
    progress.say(fleetId);
    await orchestrator.engine.settled(fleetId);
  } catch (error) {
    if (stop.signal.aborted && error instanceof EngineStoppedError) {
      const goOnWith = `Go on with: ${selfCommand(context)} goals run --resume ${fleetId}${repoFlag(flags)}`;
      if (flags.json)
        printJson(context, {
          error: { code: 'interrupted', message: `${fleetId} was interrupted.`, hint: goOnWith },
        });
      else progress.say(`Stopped. ${goOnWith}`);
      return exitCode.interrupted;
    }
    if (!(error instanceof GoalsWaitingError)) throw error;
    waiting = error;
  } finally {
    for (const signal of stopSignals) process.off(signal, interrupt);
  }
  progress[Symbol.dispose]();
  return await report(context, flags, fleetId, waiting);
}

/** Says how a fleet stands, on standard output. */
async function report(
  context: CliContext,
  flags: CommonFlags,
  fleetId: string,
  waiting?: GoalsWaitingError,
): Promise<number> {
  const record = await readFleetRecord(fleetDir(context.process.env, fleetId));
  if (!record) throw waiting ?? new EngineStoppedError();
  const { syncAfterRun } = await import('./cloud-sync.js');
  const layout = runLayout(context.process.env, record.repository);
  for (const goal of record.goals)
    if (goal.base !== null && hasEnded(goal))
      await syncAfterRun(context, flags, layout.place(goal.task ?? 'adhoc', goal.runId));
  if (flags.json) printJson(context, record);
  else context.process.stdout.write(`${(await describeFleet(context, flags, record)).join('\n')}\n`);
  const parked = record.goals.filter(({ standing }) => standing === 'parked');
  // Nobody is asked anything: something is broken.
  if (parked.length > 0 && parked.every(({ trouble }) => trouble !== null)) return exitCode.failed;
  if (!record.over) return exitCode.waiting;
  return record.goals.every(({ standing }) => standing === 'done') ? exitCode.done : exitCode.failed;
}
