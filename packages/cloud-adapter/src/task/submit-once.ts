import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder, resolveInside } from '@codex-orch/core';
import { type CloudCli, type CloudTaskRequest, submittedTask } from '../cli/cloud-cli.js';
import {
  CloudEnvironmentAmbiguousError,
  CloudEnvironmentUnknownError,
  CloudLoginError,
  CloudRateLimitedError,
  CloudUnavailableError,
  CloudUnsupportedError,
} from '../cli/errors.js';
import { findSubmitted } from './find-submitted.js';
import { isBranchName } from './branch-name.js';
import { CloudBranchError } from './errors.js';
import { type CloudTurn, evidenceName } from './record.js';
import { type CloudStore, saveTurn } from './store.js';

export interface SubmitOptions {
  readonly cli: CloudCli;
  readonly store: CloudStore;
  readonly signal?: AbortSignal | undefined;
  /** How long a task may take to appear in the list after it was made, in milliseconds; 5000 by default. */
  readonly settleMs?: number | undefined;
  /** Tasks that other runs are known to have made. */
  readonly claimed?: (() => Promise<ReadonlySet<string>>) | undefined;
  readonly now?: (() => number) | undefined;
}

export interface IntendOptions extends SubmitOptions {
  /** Key of the step of a run that the turn is. */
  readonly step?: string | undefined;
}

/** A turn whose task exists. */
export type SubmittedTurn = CloudTurn & { readonly task: NonNullable<CloudTurn['task']> };

/** The first line of a prompt: Codex Cloud makes the title of a task from it, or from what it says. */
const markerLine = (marker: string): string => `[${marker}]`;

/**
 * Records the intent to submit a task. It is on the disk before anything is sent, with what is needed to find the task again.
 *
 * Throws {@link CloudBranchError} and what listing tasks throws; then nothing was begun.
 */
export async function intend(
  request: Pick<CloudTaskRequest, 'environment' | 'branch' | 'attempts' | 'prompt'>,
  startTree: string | null,
  { cli, store, signal, now = Date.now, step }: IntendOptions,
): Promise<CloudTurn> {
  if (request.branch !== undefined && !isBranchName(request.branch)) throw new CloudBranchError(request.branch);
  const before = cli.capabilities.listJson ? await cli.list({}, { signal }) : undefined;
  return saveTurn(store, {
    marker: `codex-orch-${randomUUID()}`,
    ...(step === undefined ? {} : { step }),
    environment: request.environment,
    branch: request.branch ?? null,
    attempts: request.attempts,
    promptSha256: createHash('sha256').update(request.prompt).digest('hex'),
    startTree,
    tasksBefore: before?.tasks.map(({ id }) => id) ?? null,
    evidence: [],
    intendedAt: new Date(now()).toISOString(),
    task: null,
    outcome: null,
  });
}

/**
 * Submits the task of an intended turn, once. Where an earlier call was cut off, the task is looked for first: in what that call left
 * behind, then by the marker among recent tasks, then among those that were not there before.
 *
 * Throws `CloudSubmissionUnclearError`, when it may be one of several tasks, and what the CLI throws.
 */
export async function submitOnce(
  turn: CloudTurn,
  request: Pick<CloudTaskRequest, 'prompt' | 'startingDiff'>,
  options: SubmitOptions,
): Promise<SubmittedTurn> {
  const { cli, store, signal, settleMs = 5000, now = Date.now } = options;
  if (isSubmitted(turn)) return turn;
  const record = async (task: { readonly taskId: string; readonly url: string | null }): Promise<SubmittedTurn> => {
    const submitted = { id: task.taskId, url: task.url, submittedAt: new Date(now()).toISOString() };
    const recorded = await saveTurn(store, { ...current, task: submitted });
    // Codex notes the account in there, and nobody looks again.
    for (const name of recorded.evidence)
      await rm(await resolveInside(store.dir, name), { recursive: true, force: true });
    return { ...recorded, task: submitted };
  };
  let current = turn;
  if (turn.evidence.length > 0) {
    const found = (await evidenceOf(turn, store)) ?? (await lookTwice(turn, options, settleMs));
    if (found !== undefined) return record({ taskId: found, url: null });
  }

  const evidence = evidenceName(turn, turn.evidence.length + 1);
  current = await saveTurn(store, { ...turn, evidence: [...turn.evidence, evidence] });
  const folder = await resolveInside(store.dir, evidence);
  await makeFolder(folder, { mode: 0o700 });
  const { environment, attempts, branch } = turn;
  const prompt = `${markerLine(turn.marker)}\n\n${request.prompt}`;
  try {
    const { startingDiff } = request;
    const wanted = { environment, attempts, branch: branch ?? undefined, prompt, startingDiff };
    return await record(await cli.submit(wanted, folder, { signal }));
  } catch (error) {
    const made = await submittedTask(folder);
    if (made !== undefined) return record({ taskId: made, url: null });
    // The next call need not look for what was never made.
    if (saysNothingWasMade(error)) await saveTurn(store, { ...current, evidence: turn.evidence });
    throw error;
  }
}

/** Any other failure, also an answer that cannot be read, may come from a submission that arrived. */
const saysNothingWasMade = (error: unknown): boolean =>
  error instanceof CloudLoginError ||
  error instanceof CloudRateLimitedError ||
  error instanceof CloudEnvironmentUnknownError ||
  error instanceof CloudEnvironmentAmbiguousError ||
  error instanceof CloudUnsupportedError ||
  (error instanceof CloudUnavailableError && !error.isUnclear);

const isSubmitted = (turn: CloudTurn): turn is SubmittedTurn => turn.task !== null;

async function evidenceOf({ evidence }: CloudTurn, { dir }: CloudStore): Promise<string | undefined> {
  for (const name of evidence) {
    const found = await submittedTask(await resolveInside(dir, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A task that was made a moment ago may not be in the list yet. */
async function lookTwice(turn: CloudTurn, options: SubmitOptions, settleMs: number): Promise<string | undefined> {
  const found = await findSubmitted(turn, options);
  if (found !== undefined) return found;
  await delay(settleMs, undefined, { signal: options.signal });
  return findSubmitted(turn, options);
}
