import { defaultConfig, NotARepositoryError, readIdentity, type Repository } from '@codex-orch/core';
import { orchHome } from '../compose/orch-home.js';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { collectCloud } from '../gc/collect-cloud.js';
import { collectFetched } from '../gc/collect-fetched.js';
import { collectFleets } from '../gc/collect-fleets.js';
import { collectGarbage, type GarbageOptions } from '../gc/collect-garbage.js';
import { collectIntegrations } from '../gc/collect-integrations.js';
import { collectReplaced } from '../gc/collect-replaced.js';
import { noteKnownSecrets } from '../gc/known-secrets.js';
import { parseAge } from '../gc/parse-age.js';
import { counted } from '../print/counted.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { openNotary, userConfigFor } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';

export interface GcFlags extends CommonFlags {
  readonly olderThan?: string | undefined;
  readonly keep?: number | undefined;
  readonly runs: boolean;
  readonly dryRun: boolean;
  readonly database?: string | undefined;
  readonly artifacts?: string | undefined;
}

const defaultAge = '30d';

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

export const gc = command(async (context, flags: GcFlags): Promise<number> => {
  const { process } = context;
  const { stdout, env } = process;
  const { keep = 0, dryRun } = flags;
  if (!Number.isSafeInteger(keep) || keep < 0)
    throw new BadFlagsError(`--keep ${keep} is no number of runs.`, 'Give 0 or a whole number above it.');
  if (flags.artifacts !== undefined && flags.database === undefined)
    throw new BadFlagsError('--artifacts is shared by the workers of a database: give --database, too.');
  // Who names a number only means the number.
  const olderThan = flags.olderThan ?? (flags.keep === undefined ? defaultAge : undefined);
  const repository = await repositoryOf(context, flags).catch((error: unknown): Repository | undefined => {
    if (flags.runs || flags.repo !== undefined || !(error instanceof NotARepositoryError)) throw error;
    return undefined;
  });
  const { name, email } = await readIdentity(repository?.root ?? process.cwd(), env);
  // Garbage goes also where the settings are broken; only secrets that they name are not looked for.
  const config = await userConfigFor(context).catch(() => defaultConfig);
  await noteKnownSecrets(config, env, context.redactor);
  const options: GarbageOptions = {
    env,
    redactor: context.redactor,
    notary: openNotary(context, repository ?? null, defaultConfig),
    actor: `human:${email || name}`,
    olderThanMs: olderThan === undefined ? undefined : parseAge(olderThan),
    keep,
    resumableMs: parseAge(flags.olderThan ?? defaultAge),
    dryRun,
    runsOf: flags.runs ? repository?.root : undefined,
    repository: repository?.root,
  };
  const runs = await collectGarbage(options);
  // What work trees borrow from goes after them.
  const collections = [runs];
  for (const collect of [collectFleets, collectIntegrations, collectCloud, collectFetched, collectReplaced])
    collections.push(await collect(options));
  if (flags.database !== undefined) {
    const { collectArtifacts } = await import('../gc/collect-artifacts.js');
    collections.push(await collectArtifacts(context, flags, options));
  }
  const removed = collections.flatMap((one) => one.removed);
  const masked = collections.flatMap((one) => one.masked);
  const kept = collections.flatMap((one) => one.kept);
  const problems = removed.filter(({ problem }) => problem !== undefined);
  const freed = removed.reduce((sum, { bytes }) => sum + bytes, 0);
  if (flags.json) {
    printJson(context, { dryRun, home: orchHome(env), freedBytes: freed, removed, masked, kept });
  } else {
    for (const { kind, path, bytes, problem } of removed)
      stdout.write(`${mebibytes(bytes).padStart(12)}  ${kind.padEnd(18)}  ${visibleLine(problem ?? path)}\n`);
    for (const { path, secrets } of masked)
      stdout.write(`${'masked'.padStart(12)}  ${visibleLine(`${secrets.join(', ')} in ${path}`)}\n`);
    for (const { runId, why } of kept) stdout.write(`${'kept'.padStart(12)}  ${runId}  ${visibleLine(why)}\n`);
    stdout.write(`${dryRun ? 'Would free' : 'Freed'} ${mebibytes(freed)} of ${counted(removed.length, 'thing')}.\n`);
  }
  return problems.length === 0 ? exitCode.done : exitCode.failed;
});
