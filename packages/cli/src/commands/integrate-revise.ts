import path from 'node:path';
import { newRunId, readStart, type Repository } from '@codex-orch/core';
import {
  IntegrationLayout,
  type IntegrationRecord,
  type RunOutcome,
  writeIntegration,
} from '@codex-orch/core/integration';
import { followUpGoal } from '../compose/integration/follow-up-goal.js';
import { runLayout } from '../compose/noted-runs.js';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import type { CommonFlags } from './command.js';
import { driveRun } from './drive-run.js';
import { configFor, openOrchestrator } from './open-orchestrator.js';

/** Bytes of each diff that a builder is shown: the goal as a whole has a limit. */
const maxDiffBytes = 16 * 1024;

/** Starts, or goes on with, a run for each conflict, from the head of the integration. */
export async function reviseConflicts(
  context: CliContext,
  flags: CommonFlags,
  repository: Repository,
  record: IntegrationRecord,
): Promise<number> {
  const dir = new IntegrationLayout(repository.root).folderOf(record.id);
  const codes: number[] = [];
  let present = record;
  for (const { runId, outcome } of record.runs) {
    if (outcome !== 'conflict') continue;
    present = await nameFollowUp(dir, present, runId);
    const run = present.runs.find((one) => one.runId === runId);
    if (run) codes.push(await revise(context, flags, repository, present, run));
  }
  if (codes.length === 0) context.process.stderr.write('There is no conflict to revise.\n');
  return codes.find((code) => code !== exitCode.waiting) ?? codes[0] ?? exitCode.done;
}

/** The id is on record before there is a run, so that a second call goes on with it. */
async function nameFollowUp(dir: string, record: IntegrationRecord, runId: string): Promise<IntegrationRecord> {
  if (record.runs.some((run) => run.runId === runId && run.followUp !== null)) return record;
  const followUp = newRunId();
  const named = {
    ...record,
    runs: record.runs.map((run) => (run.runId === runId ? { ...run, followUp } : run)),
  };
  await writeIntegration(dir, named);
  return named;
}

async function revise(
  context: CliContext,
  flags: CommonFlags,
  repository: Repository,
  { id, tip, base, branch }: IntegrationRecord,
  run: RunOutcome,
): Promise<number> {
  const layout = runLayout(context.process.env, repository.root);
  const diffOf = async (runId: string): Promise<string> => {
    const { dir } = await layout.find(runId);
    const { bytes, size } = await readStart(path.join(dir, 'diff.patch'), { maxBytes: maxDiffBytes });
    return `${bytes.toString('utf8')}${size > bytes.length ? '\n[cut]\n' : ''}`;
  };
  const config = await configFor(context, repository);
  await using orchestrator = openOrchestrator(context, repository, config);
  const origin = await layout.find(run.runId);
  const location = orchestrator.layout.place(origin.taskId, run.followUp ?? '');
  const isThere = (await layout.locations()).some(({ runId }) => runId === location.runId);
  if (!isThere) await orchestrator.makePlace(location);
  const others = run.conflict?.with ?? [];
  await orchestrator.begin(location, {
    goal: await followUpGoal(run, others, diffOf),
    base: { commit: tip ?? base.commit ?? repository.head.commit, branch: branch.replace('refs/heads/', '') },
    limits: config.limits,
    follows: { runId: run.runId, integration: id },
  });
  return await driveRun(context, flags, orchestrator, location);
}
