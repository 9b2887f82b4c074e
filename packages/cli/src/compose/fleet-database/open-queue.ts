import { Secret } from '@codex-orch/core';
import type { ArtifactStore, DbosEngine, DbosEngineOptions } from '@codex-orch/engine-dbos';
import type { CliContext } from '../../context.js';
import { BadFlagsError } from '../../errors.js';
import { visibleLine } from '../../print/visible.js';
import { version } from '../../version.js';

export interface DatabaseFlags {
  readonly database?: string | undefined;
  readonly artifacts?: string | undefined;
}

function urlOf({ process }: CliContext, { database }: DatabaseFlags): string {
  const url = database ?? process.env['CODEX_ORCH_DATABASE'];
  if (url === undefined) throw new BadFlagsError('Which database? Give --database URL, or set CODEX_ORCH_DATABASE.');
  return url;
}

/** Tells a database from others; without user and password. */
export async function databaseName(context: CliContext, flags: DatabaseFlags): Promise<string> {
  const { checkDatabaseUrl } = await import('@codex-orch/engine-dbos');
  const { host, pathname } = new URL(checkDatabaseUrl(urlOf(context, flags)));
  return `${host}${pathname}`;
}

/** How long a command that asks and ends waits for a database that is away, in milliseconds. */
export const shortPatience = { patienceMs: 10_000 } as const;

/** The engine of the database that is named, not started: it can submit, signal and follow. The password is known as a secret from here on. */
export async function openQueue(
  context: CliContext,
  flags: DatabaseFlags,
  options: Pick<DbosEngineOptions, 'executor' | 'suspendAfterMs' | 'patienceMs'> = {},
): Promise<DbosEngine> {
  const url = urlOf(context, flags);
  const { process, redactor } = context;
  const { DbosEngine, secretsOfDatabaseUrl, checkDatabaseUrl } = await import('@codex-orch/engine-dbos');
  for (const secret of secretsOfDatabaseUrl(checkDatabaseUrl(url))) redactor.add(new Secret('database', secret));
  return new DbosEngine({
    ...options,
    url,
    version,
    onNotice: (line) => process.stderr.write(`${visibleLine(line)}\n`),
  });
}

/** Where results are shared: a folder, a bucket, or the database itself. */
export async function openArtifacts({ artifacts: place }: DatabaseFlags, engine: DbosEngine): Promise<ArtifactStore> {
  const { DatabaseArtifactStore, FolderArtifactStore, S3ArtifactStore } = await import('@codex-orch/engine-dbos');
  if (place === undefined) return new DatabaseArtifactStore(engine);
  const scheme = /^([a-z0-9+.-]+):\/\//i.exec(place)?.[1];
  if (scheme !== undefined && scheme !== 's3')
    throw new BadFlagsError(`--artifacts ${scheme}://… is not known.`, 'Give a folder, or s3://bucket/prefix.');
  // Several databases may share a place, and each knows of its own alone what is still needed.
  const own = () => engine.identity();
  if (scheme === undefined) return new FolderArtifactStore(place, { own });
  const { hostname, pathname } = new URL(place);
  const prefix = pathname.slice(1);
  return S3ArtifactStore.open({
    own,
    bucket: hostname,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
  });
}
