import path from 'node:path';
import { OrchError, ProcessLock } from '@codex-orch/core';
import {
  awaitsApproval,
  decisionOn,
  IntegrationLayout,
  type IntegrationRecord,
  readIntegration,
} from '@codex-orch/core/integration';
import { branchesAfter } from '../compose/integration/branches-after.js';
import { findIntegration, IntegrationEmptyError, ownIntegrations } from '../compose/integration/find-integration.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { printIntegration } from './integrate-print.js';
import { leftOut, locateWork, runIdsOf } from './integrate-steps.js';
import { repositoryOf } from './open-run.js';

/** How an integration stands, in a word or two; `isOpen` tells of a run that was left out whether it is nowhere still. */
function standingOf(record: IntegrationRecord, isHeld: boolean, isOpen: (runId: string) => boolean): string {
  if (isHeld) return 'running';
  if (record.state === 'running') return 'interrupted';
  if (awaitsApproval(record)) return 'waits for you';
  if (decisionOn(record) === 'rejected') return 'rejected';
  return record.state === 'done' || leftOut(record).some(isOpen) ? record.state : 'done since';
}

/** The integrations of a repository, the oldest first. */
export const list = command(async (context, flags: CommonFlags): Promise<number> => {
  const { env, stdout } = context.process;
  const { root } = await repositoryOf(context, flags);
  const layout = new IntegrationLayout(root);
  const read: { id: string; isHeld: boolean; record: IntegrationRecord | null | undefined }[] = [];
  for (const id of await ownIntegrations(env, root)) {
    const dir = await layout.find(id);
    const isHeld = (await ProcessLock.holder(path.join(dir, 'lock'))) !== undefined;
    try {
      read.push({ id, isHeld, record: (await readIntegration(dir)) ?? null });
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
      read.push({ id, isHeld, record: undefined });
    }
  }
  const rest = new Set(read.flatMap(({ record }) => (record ? leftOut(record) : [])));
  const { where } = await locateWork(context, flags, root, [...rest]);
  const isOpen = (runId: string): boolean => (where.get(runId)?.how ?? 'nowhere') === 'nowhere';
  const found = read.map(({ id, isHeld, record }) => ({
    id,
    standing: record ? standingOf(record, isHeld, isOpen) : record === null ? 'empty' : 'damaged',
    record: record ?? null,
  }));
  if (flags.json) {
    printJson(context, found);
    return exitCode.done;
  }
  const { bold, dim } = paletteFor(stdout, env);
  if (found.length === 0) stdout.write('Nothing was integrated in this repository.\n');
  for (const { id, standing, record } of found) {
    const counts = new Map<string, number>();
    for (const { outcome } of record?.runs ?? []) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    const runs = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
    const branch = visibleLine(record?.branch.replace(/^refs\/heads\//, '') ?? '');
    stdout.write(`${bold(id)}  ${standing.padEnd(13)}  ${branch}  ${dim(runs)}\n`.replaceAll(/ +\n/g, '\n'));
  }
  return exitCode.done;
});

/** How one integration stands. Nothing is gone on with. */
export const show = command(async (context, flags: CommonFlags, asked = 'latest'): Promise<number> => {
  const { env, stdout } = context.process;
  const repository = await repositoryOf(context, flags);
  const { root } = repository;
  const dir = await new IntegrationLayout(root).find(await findIntegration(env, root, asked));
  const record = await readIntegration(dir);
  if (!record) throw new IntegrationEmptyError(path.basename(dir));
  if (flags.json) printJson(context, record);
  else {
    const after = await branchesAfter(env, repository, record);
    const work = await locateWork(context, flags, root, runIdsOf(record));
    stdout.write(`${printIntegration(context, flags, record, dir, { after, work })}\n`);
  }
  return exitCode.done;
});
