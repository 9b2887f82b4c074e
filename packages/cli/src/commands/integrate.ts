import { isDeepStrictEqual } from 'node:util';
import {
  interruptsRun,
  openRepository,
  OrchError,
  readIdentity,
  type Repository,
  type RunLocation,
  UnknownRunError,
} from '@codex-orch/core';
import { isFleetId } from '../compose/lanes/fleet-place.js';
import {
  awaitsApproval,
  decisionOn,
  dryRun,
  findStart,
  type IntegrationCandidate,
  type IntegrationInput,
  type IntegrationRecord,
  newIntegrationId,
} from '@codex-orch/core/integration';
import { withArrived } from '../compose/integration/arrivals.js';
import { branchesAfter } from '../compose/integration/branches-after.js';
import { candidateOf } from '../compose/integration/approved-run.js';
import { assertNotHeld } from '../compose/integration/held-before.js';
import { isNoted } from '../compose/integration/integration-place.js';
import { Integrator } from '../compose/integration/integrator.js';
import { findFleet } from '../compose/lanes/fleet-place.js';
import { runLayout } from '../compose/noted-runs.js';
import { unlessUnusable } from '../compose/unless-unusable.js';
import type { CliContext } from '../context.js';
import { BadFlagsError, RunEmptyError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { type CommonFlags, command, printJson } from './command.js';
import { decideIntegration } from './integrate-decide.js';
import { printDryRun, printIntegration, printProgress } from './integrate-print.js';
import { locateWork, runIdsOf } from './integrate-steps.js';
import { reviseConflicts } from './integrate-revise.js';
import { interruptible } from './interruption.js';
import { configFor, openNotary } from './open-orchestrator.js';
import { findRun, repositoryOf } from './open-run.js';
import { toArguments } from './run.js';
import { repoFlag, selfCommand } from './self-command.js';

export interface IntegrateFlags extends CommonFlags {
  readonly base?: string | undefined;
  readonly branch?: string | undefined;
  readonly test?: readonly string[] | undefined;
  readonly noTests: boolean;
  readonly dryRun: boolean;
  readonly revise: boolean;
  readonly resume?: string | undefined;
  readonly approve?: string | undefined;
  readonly reject?: string | undefined;
  readonly reason?: string | undefined;
  readonly acceptSecrets?: string | undefined;
}

/** A goal that is to be integrated with all others of its file has no run yet. */
class GoalNotBegunError extends OrchError {
  readonly code = 'goal-not-begun';

  constructor(goal: string, fleetId: string) {
    super(`The goal ${goal} of ${fleetId} has not begun.`, {
      hint: `\`codex-orch goals status ${fleetId}\` tells why. To integrate the others, name their runs.`,
    });
  }
}

/** How often an integration is built anew because its base moved. */
const maxTries = 3;

const branchOf = (id: string, { branch }: IntegrateFlags): string =>
  `refs/heads/${branch ?? `codex-orch/integration/${id}`}`;

export function integrationExitCode(record: IntegrationRecord): number {
  if (record.state !== 'done' || decisionOn(record) === 'rejected') return exitCode.failed;
  return awaitsApproval(record) ? exitCode.waiting : exitCode.done;
}

function checkFlags(flags: IntegrateFlags, asked: readonly string[]): void {
  const decided = [flags.approve, flags.reject].filter((id) => id !== undefined);
  const wanted = [...decided, ...(flags.resume === undefined ? [] : [flags.resume])];
  if (wanted.length > 1 || (wanted.length === 1 && asked.length > 0))
    throw new BadFlagsError('Give either runs, or --resume, or --approve, or --reject.');
  if (wanted.length === 0 && asked.length === 0)
    throw new BadFlagsError('Nothing to integrate.', 'Name runs whose diffs are approved.');
  if (flags.reason !== undefined && decided.length === 0)
    throw new BadFlagsError('--reason is for --approve and --reject.');
  if (flags.acceptSecrets?.trim() === '')
    throw new BadFlagsError('--accept-secrets wants a reason.', 'Say why these are no secrets.');
  if (flags.dryRun && (wanted.length > 0 || flags.revise))
    throw new BadFlagsError('--dry-run is for runs that are yet to be integrated.');
}

/** The runs that were named, each once; the name of a fleet stands for all its runs. */
async function locate(context: CliContext, repository: Repository, asked: readonly string[]): Promise<RunLocation[]> {
  const { env } = context.process;
  const found = new Map<string, RunLocation>();
  for (const name of asked) {
    if (isFleetId(name)) {
      const layout = runLayout(env, repository.root);
      for (const { id, runId } of (await findFleet(env, repository.root, name)).goals)
        found.set(
          runId,
          await layout.find(runId).catch((error: unknown) => {
            throw error instanceof UnknownRunError ? new GoalNotBegunError(id, name) : error;
          }),
        );
    } else {
      const location = await findRun(context, repository, name);
      found.set(location.runId, location);
    }
  }
  return [...found.values()];
}

async function candidatesOf(
  env: NodeJS.ProcessEnv,
  { root }: Repository,
  locations: readonly RunLocation[],
): Promise<IntegrationCandidate[]> {
  const candidates: IntegrationCandidate[] = [];
  for (const location of locations) {
    await assertNotHeld(root, location);
    const candidate = await candidateOf(env, location);
    if (!candidate) throw new RunEmptyError(location.runId);
    candidates.push(candidate);
  }
  return candidates;
}

/** What is damaged or in the way is not the same as anything; a broken machine is no reason to begin anew. */
function ignoreUnusable(error: unknown): undefined {
  if (!(error instanceof OrchError) || interruptsRun(error)) throw error;
}

/** An integration of the same runs into the same branch that was interrupted, or that ended where nothing has changed since. */
async function findSame(
  integrator: Integrator,
  env: NodeJS.ProcessEnv,
  repository: Repository,
  wanted: Omit<IntegrationInput, 'id' | 'branch'>,
  flags: IntegrateFlags,
): Promise<string | undefined> {
  for (const id of [...(await integrator.layout.list())].reverse()) {
    if (!(await isNoted(env, id, repository.root))) continue;
    const record = await unlessUnusable(() => integrator.read(id));
    if (!record || record.branch !== branchOf(id, flags) || record.base.ref !== wanted.base.ref) continue;
    const digests = (runs: readonly { runId: string; diffSha256: string }[]): string =>
      runs.map(({ runId, diffSha256 }) => `${runId} ${diffSha256}`).join();
    if (digests(record.runs) !== digests(wanted.runs)) continue;
    if (wanted.commands && record.commands.length > 0 && !isDeepStrictEqual(record.commands, wanted.commands)) continue;
    if (record.state === 'running') return id;
    const there = await findStart(repository, wanted.base, record.branch).catch(ignoreUnusable);
    const branch = record.held === null ? record.tip : record.branchBefore;
    if (record.state !== 'done' || decisionOn(record) === 'rejected') continue;
    if (there?.base === record.base.commit && there.branch === branch) return id;
  }
  return undefined;
}

export const integrate = command(async (context, flags: IntegrateFlags, ...asked: string[]): Promise<number> => {
  checkFlags(flags, asked);
  const { env, stderr } = context.process;
  const repository = await repositoryOf(context, flags);
  if (flags.approve !== undefined) return decideIntegration(context, flags, repository, flags.approve, 'approved');
  if (flags.reject !== undefined) return decideIntegration(context, flags, repository, flags.reject, 'rejected');
  const commands = flags.test?.map(toArguments);
  const config = await configFor(context, repository, {
    tests: { ...(commands ? { commands } : {}), ...(flags.noTests ? { required: false } : {}) },
  });
  const { name, email } = await readIdentity(repository.root, env);
  const palette = paletteFor(stderr, env);
  await using integrator = new Integrator({
    repository,
    config,
    env,
    notary: openNotary(context, repository, config),
    redactor: context.redactor,
    acceptSecrets: flags.acceptSecrets !== undefined,
    actor: `human:${email || name}`,
    onProgress: (progress) => stderr.write(`${printProgress(progress, palette)}\n`),
  });
  let id = flags.resume;
  let input: IntegrationInput | undefined;
  if (id === undefined) {
    const base =
      flags.base === undefined && repository.head.branch === null
        ? { ref: null, commit: repository.head.commit }
        : { ref: `refs/heads/${flags.base ?? repository.head.branch ?? ''}`, commit: repository.head.commit };
    const fresh = newIntegrationId();
    const candidates = await candidatesOf(env, repository, await locate(context, repository, asked));
    // What cannot be built at all is told where it is tried.
    const start = await findStart(repository, base, branchOf(fresh, flags)).catch(ignoreUnusable);
    const runs = start ? await withArrived(env, repository, candidates, start) : candidates;
    const rest = { repository: repository.root, base, runs, commands: commands ?? null, maxTries };
    if (flags.dryRun) {
      const plan = await dryRun({ ...rest, branch: branchOf(fresh, flags) }, repository, integrator.approved);
      if (flags.json) printJson(context, plan);
      else context.process.stdout.write(`${printDryRun(plan, runs, palette)}\n`);
      return plan.conflicts.length + plan.refused.length + plan.blocked.length > 0 ? exitCode.failed : exitCode.done;
    }
    id = await findSame(integrator, env, repository, rest, flags);
    if (id === undefined) {
      input = { id: fresh, branch: branchOf(fresh, flags), ...rest };
      // What cannot be built at all leaves no trace.
      await findStart(repository, base, input.branch);
    }
  }
  const goOn = `Go on with: ${selfCommand(context)} integrate --resume ${id ?? input?.id ?? ''}${repoFlag(flags)}`;
  const record = await interruptible(context, async (signal): Promise<IntegrationRecord | undefined> => {
    signal.addEventListener('abort', () => {
      stderr.write('Stopping; what is done is kept.\n');
      void integrator[Symbol.asyncDispose]();
    });
    try {
      return input ? await integrator.integrate(input) : await integrator.resume(id ?? '');
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  });
  if (!record) {
    if (flags.json) printJson(context, { error: { code: 'interrupted', message: 'It was interrupted.', hint: goOn } });
    else stderr.write(`${goOn}\n`);
    return exitCode.interrupted;
  }
  if (flags.revise) return await reviseConflicts(context, flags, await openRepository(repository.root), record);
  if (flags.json) printJson(context, record);
  else {
    const after = await branchesAfter(env, repository, record);
    const work = await locateWork(context, flags, repository.root, runIdsOf(record));
    const dir = integrator.layout.folderOf(record.id);
    context.process.stdout.write(`${printIntegration(context, flags, record, dir, { after, work })}\n`);
  }
  return integrationExitCode(record);
});
