import { createHash } from 'node:crypto';
import path from 'node:path';
import { orchHome } from '../orch-home.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The CODEX_HOME of `codex cloud`, for all repositories: a link to the user's login and a configuration of ours. */
export const cloudHomeDir = (env: Env): string => path.join(orchHome(env), 'codex-cloud');

/** What is known of summaries that were sent. */
export const syncDir = (env: Env): string => path.join(orchHome(env), 'sync');

/** Where a run keeps its tasks, their diffs, and what could not be understood. */
export const cloudDirOf = ({ dir }: { readonly dir: string }): string => path.join(dir, 'cloud');

/** The record of a run's tasks, as `FileCloudStore` keeps it. */
export const cloudRecordFile = (run: { readonly dir: string }): string => path.join(cloudDirOf(run), 'cloud.json');

/** Tasks that belong to no run, in a folder for each repository. */
export const looseTasksRoot = (env: Env): string => path.join(orchHome(env), 'cloud');

/** The tasks of a repository that belong to no run. */
export const looseTasksDir = (env: Env, repositoryRoot: string): string =>
  path.join(looseTasksRoot(env), createHash('sha256').update(repositoryRoot).digest('hex').slice(0, 32));
