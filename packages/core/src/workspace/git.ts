import { stat } from 'node:fs/promises';
import { ProcessStartError } from '../process/errors.js';
import { type CommandResult, runCommand } from '../process/run-command.js';
import { GitFailedError, GitMissingError } from './errors.js';
import { gitFailure } from './git-failure.js';
import { hardening, isolatedEnvironment, userEnvironment } from './git-environment.js';

/** Where git runs, and whose settings it obeys. */
export interface GitOptions {
  readonly cwd: string;
  /** The git directory; without it git looks for one from `cwd` upwards. */
  readonly gitDir?: string | undefined;
  /** Without it, a given `gitDir` is used as a bare one, so that no file of a work tree has a say. */
  readonly workTree?: string | undefined;
  readonly indexFile?: string | undefined;
  /** Settings on top of the hardening, as `key=value`. */
  readonly config?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Whether the user's own config is read too. Only for `rev-parse` and `config`, which run nothing. */
  readonly withUserConfig?: boolean | undefined;
  /** Settings of the hardening that stay as the user has them, to be asked for. Only with `withUserConfig`. */
  readonly spare?: readonly string[] | undefined;
  readonly input?: string | Uint8Array | undefined;
  readonly stdoutTo?: string | undefined;
  /** Bytes of its output that are held in memory, the last ones. */
  readonly keepBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const KEEP_BYTES = 256 * 1024 * 1024;

/** How git is to be started. */
export interface GitCommand {
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** How git is started for `args`: hardened, and isolated from every config that is not asked for. */
export function gitCommand(args: readonly string[], options: GitOptions): GitCommand {
  const { gitDir, workTree, indexFile, spare = [] } = options;
  const bare = gitDir !== undefined && workTree === undefined;
  const settings = [
    ...hardening.filter((setting) => !spare.some((name) => setting.startsWith(`${name}=`))),
    ...(bare ? ['core.bare=true'] : []),
    ...(options.config ?? []),
  ];
  return {
    args: [...settings.flatMap((setting) => ['-c', setting]), ...args],
    env: {
      ...(options.withUserConfig ? userEnvironment(process.env) : isolatedEnvironment(process.env)),
      ...(gitDir === undefined ? {} : { GIT_DIR: gitDir }),
      ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
      ...(indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile }),
      ...options.env,
    },
  };
}

/**
 * Runs git and returns how it went, whatever its exit code.
 *
 * Throws {@link GitMissingError}, and the signal's reason when it was aborted.
 */
export async function gitResult(args: readonly string[], options: GitOptions): Promise<CommandResult> {
  const command = gitCommand(args, options);
  try {
    const { cwd, input, stdoutTo, keepBytes = KEEP_BYTES, signal } = options;
    const result = await runCommand('git', command.args, {
      cwd,
      env: command.env,
      input,
      stdoutTo,
      signal,
      keepBytes,
      isGuarded: false,
    });
    if (result.aborted) signal?.throwIfAborted();
    return result;
  } catch (error) {
    throw await gitStartError(error, options.cwd);
  }
}

/** What a git that could not be started in `cwd` says: a missing folder has the errno of a missing git, and is not git's fault. */
export async function gitStartError(error: unknown, cwd: string): Promise<unknown> {
  const isMissing = error instanceof ProcessStartError && (error.cause as NodeJS.ErrnoException).code === 'ENOENT';
  return isMissing && (await isFolder(cwd)) ? new GitMissingError(error) : error;
}

/** Runs git, which must succeed, and returns what it printed. Throws {@link GitFailedError}, `DiskFullError` and what {@link gitResult} throws. */
export async function git(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const result = await gitResult(args, options);
  if (result.exitCode !== 0) throw await gitFailure(args[0] ?? '', result, options);
  if (result.truncated) throw new GitFailedError(args[0] ?? '', 0, 'it printed more than can be held in memory');
  return result.stdout;
}

/** Runs git for the one value that it prints. */
export async function gitValue(args: readonly string[], options: GitOptions): Promise<string> {
  return (await git(args, options)).toString('utf8').replace(/\n$/, '');
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
