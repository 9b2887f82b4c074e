import path from 'node:path';
import {
  assertBelongs,
  ifAbsent,
  interruptsRun,
  OrchError,
  readRun,
  type Repository,
  type RunLocation,
  sha256File,
} from '@codex-orch/core';
import { readFleetRecord } from '@codex-orch/core/goals';
import type { Approved, BaseSource, IntegrationCandidate } from '@codex-orch/core/integration';
import { SecretFoundError } from '../../secret-gate/errors.js';
import { findSecrets } from '../../secret-gate/find-secrets.js';
import { fleetDir, fleetGitDir } from '../lanes/fleet-place.js';
import { assertNoted, fleetOf } from '../noted-runs.js';
import type { Notary } from '../notary.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface ApprovalParts {
  readonly repository: Repository;
  readonly env: NodeJS.ProcessEnv;
  readonly notary: Pick<Notary, 'check'>;
  /** Whether what looks like a secret may pass: a human said why. */
  readonly acceptSecrets: boolean;
}

/** What a run brings into an integration, whether or not it was approved; the digest is that of its approval, if it has one. */
export async function candidateOf(
  env: NodeJS.ProcessEnv,
  location: RunLocation,
): Promise<IntegrationCandidate | undefined> {
  const state = (await readRun(location))?.state;
  if (!state?.created) return undefined;
  const approval = state.approvals.findLast(({ decision }) => decision === 'approved');
  const { runId, goal, base } = state.created;
  return {
    runId,
    goal,
    baseCommit: base.commit,
    diffSha256: approval?.subject.sha256 ?? state.diff?.sha256 ?? '0'.repeat(64),
    after: await dependenciesOf(env, runId),
  };
}

/** The runs of the goals that the goal of a run depends on; none where it was not begun with others. */
export async function dependenciesOf(env: NodeJS.ProcessEnv, runId: string): Promise<string[]> {
  const fleet = await fleetOf(env, runId);
  if (fleet?.after) return fleet.after;
  const goals = fleet === undefined ? [] : ((await readFleetRecord(fleetDir(env, fleet.id)))?.goals ?? []);
  const after = goals.find((goal) => goal.runId === runId)?.after ?? [];
  return goals.filter(({ id }) => after.includes(id)).map((goal) => goal.runId);
}

/** Where the commit is found that a run was made on, for one that was begun on the work of others. */
export async function baseSourceOf(env: Env, runId: string): Promise<BaseSource | undefined> {
  const fleet = await fleetOf(env, runId);
  return fleet && { gitDir: fleetGitDir(env, fleet.id), since: fleet.base };
}

const refused = (code: string, message: string): Approved => ({ ok: false, code, message });

/** Looks at the record of a run and at its diff: whether a human approved exactly this diff, and whether that counts. */
export async function approvedRun(
  location: RunLocation,
  run: IntegrationCandidate,
  parts: ApprovalParts,
): Promise<Approved> {
  const { repository, env, notary, acceptSecrets } = parts;
  try {
    const record = await readRun(location);
    if (!record) return refused('run-empty', `Run ${run.runId} has recorded nothing yet.`);
    assertBelongs(record, repository.root);
    await assertNoted(env, record);
    const { state, dir } = record;
    const approval = state.approvals.findLast(({ decision }) => decision === 'approved');
    if (state.phase !== 'done' || !state.diff || approval?.by.actor !== 'human')
      return refused('run-state', `Run ${run.runId} is "${state.phase}", not approved.`);
    if (approval.subject.sha256 !== state.diff.sha256 || approval.subject.sha256 !== run.diffSha256)
      return refused('approval-stale', `The approval of run ${run.runId} is about another diff.`);
    await notary.check(approval);
    const file = path.join(dir, 'diff.patch');
    const present = await ifAbsent(sha256File(file), undefined);
    if (present?.sha256 !== run.diffSha256)
      return refused('diff-digest-mismatch', `${file} is not the diff that was approved.`);
    const search = { dir, artifacts: state.artifacts, diffSha256: run.diffSha256 };
    const findings = acceptSecrets ? [] : await findSecrets(search);
    if (findings.length > 0) return refused('secret-found', new SecretFoundError(run.runId, findings).message);
    const { name, email } = approval.by;
    return {
      ok: true,
      file,
      author: { name, email },
      at: approval.at,
      baseIn: await baseSourceOf(env, run.runId),
    };
  } catch (error) {
    if (!(error instanceof OrchError) || interruptsRun(error)) throw error;
    return refused(error.code, error.message);
  }
}
