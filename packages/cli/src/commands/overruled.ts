import { type Config, CONFIG_FILE, findOverruled, type Repository } from '@codex-orch/core';
import type { CliContext } from '../context.js';
import { visibleLine } from '../print/visible.js';

/** What a repository's file says without effect, a line for each setting. */
export async function overruledLines(
  { process: { env } }: CliContext,
  { root }: Pick<Repository, 'root'>,
  flags: Config = {},
): Promise<readonly string[]> {
  const found = await findOverruled({ repositoryRoot: root, env, flags });
  return found.map(({ name, stated, holds }) =>
    visibleLine(
      `${name} ${JSON.stringify(stated)} of ${CONFIG_FILE} changes nothing: ${JSON.stringify(holds)} holds; it is yours to say, and a repository can only make it stricter.`,
    ),
  );
}

/** Says so on standard error, before work begins under other settings than the file shows. */
export async function tellOverruled(
  context: CliContext,
  repository: Pick<Repository, 'root'>,
  flags: Config = {},
): Promise<void> {
  for (const line of await overruledLines(context, repository, flags)) context.process.stderr.write(`${line}\n`);
}
