import path from 'node:path';
import {
  isTerminal,
  readRun,
  type Redactor,
  type ResolvedConfig,
  type RunLocation,
  SecretBroker,
  userHome,
} from '@codex-orch/core';
import {
  folderSink,
  httpSink,
  type SummarySink,
  type SyncRecord,
  SyncRecords,
  syncRun,
} from '@codex-orch/cloud-adapter';
import type { Notary } from '../notary.js';
import { syncDir } from './cloud-place.js';

export interface SyncEndedOptions {
  readonly config: Pick<ResolvedConfig, 'cloudSync' | 'secrets'>;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Redactor;
  readonly notary: Notary;
  readonly repositoryRoot: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends the summary of a run that has ended to where the user wants it. Undefined when nothing is to be sent: the user wants none, or
 * the run goes on.
 *
 * Throws `AuditUnavailableError`, what `SecretBroker.get` throws, and what reading the run throws.
 */
export async function syncEnded(location: RunLocation, options: SyncEndedOptions): Promise<SyncRecord | undefined> {
  const { config, env, redactor, notary, signal } = options;
  if (!config.cloudSync.enabled) return undefined;
  const run = await readRun(location);
  if (!run || !isTerminal(run.state.phase)) return undefined;
  return syncRun(run.manifest, {
    sink: await sinkOf(options),
    records: new SyncRecords(syncDir(env)),
    audit: (entry) => notary.record('orchestrator', entry),
    redact: (data) => redactor.json(data),
    signal,
  });
}

async function sinkOf({ config, env, redactor, notary, repositoryRoot }: SyncEndedOptions): Promise<SummarySink> {
  const { url, folder = '', token } = config.cloudSync;
  if (url === undefined) return folderSink(ownFolder(folder, env));
  const broker = new SecretBroker({
    sources: config.secrets,
    env,
    redactor,
    untrustedRoot: repositoryRoot,
    onFailure: notary.secretFailed,
  });
  return httpSink({ url, token: token && (await broker.get(token.secret)) });
}

const ownFolder = (folder: string, env: NodeJS.ProcessEnv): string =>
  folder.startsWith('~/') ? path.join(userHome(env), folder.slice(2)) : folder;
