import path from 'node:path';
import { type Approval, approvalSchema, makeFolder, readStart, writeFileAtomic } from '@codex-orch/core';
import type { Notary } from '../notary.js';
import { secureOrchHome } from '../orch-home.js';
import { plansDir } from './fleet-place.js';

type Env = NodeJS.ProcessEnv;

const fileOf = (env: Env, sha256: string): string => path.join(plansDir(env), `${sha256}.json`);

const maxBytes = 1024 * 1024;

/** Keeps what a human decided about a plan, outside of any repository. */
export async function keepPlanApproval(env: Env, approval: Approval): Promise<void> {
  await secureOrchHome(env);
  const file = fileOf(env, approval.subject.sha256);
  await makeFolder(path.dirname(path.dirname(file)), { mode: 0o700 });
  await makeFolder(path.dirname(file), { mode: 0o700 });
  await writeFileAtomic(file, `${JSON.stringify(approval, undefined, 2)}\n`);
}

/**
 * A human's approval of exactly this plan; undefined where there is none.
 *
 * Throws what {@link Notary.check} throws, for one that does not count.
 */
export async function planApproval(env: Env, sha256: string, notary: Notary): Promise<Approval | undefined> {
  const approval = await readApproval(fileOf(env, sha256));
  const { kind, sha256: of } = approval?.subject ?? {};
  if (!approval || kind !== 'plan' || of !== sha256) return undefined;
  if (approval.decision !== 'approved' || approval.by.actor !== 'human') return undefined;
  await notary.check(approval);
  return approval;
}

/** What cannot be read approves nothing. */
async function readApproval(file: string): Promise<Approval | undefined> {
  try {
    const { bytes } = await readStart(file, { maxBytes });
    return approvalSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}
