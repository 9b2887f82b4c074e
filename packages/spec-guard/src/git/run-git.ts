import { stat } from 'node:fs/promises';
import {
  type CommandResult,
  GitFailedError,
  GitMissingError,
  isolatedEnvironment,
  ProcessStartError,
  runCommand,
  userEnvironment,
} from '@codex-orch/core';
import { hardening } from './hardening.js';

export interface GitOptions {
  readonly cwd: string;
  /** A git directory of ours; without it git looks for the user's, and reads the user's config. */
  readonly gitDir?: string | undefined;
  /** Without it, a given `gitDir` is a bare one. */
  readonly workTree?: string | undefined;
  readonly indexFile?: string | undefined;
  /** Settings on top of the hardening, as `key=value`. */
  readonly config?: readonly string[] | undefined;
  /** To ask where the user's hooks are. Only for `rev-parse`, which runs none. */
  readonly keepHooksPath?: boolean | undefined;
  readonly input?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const KEEP_BYTES = 256 * 1024 * 1024;

export interface GitCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How git is started for `args`: hardened, and isolated from everybody's config where it has a git directory of ours. */
export function gitCommand(args: readonly string[], options: GitOptions): GitCommand {
  const { gitDir, workTree, indexFile, config = [] } = options;
  return {
    args: [...(options.keepHooksPath ? [] : hardening), ...config.flatMap((setting) => ['-c', setting]), ...args],
    env: {
      ...(gitDir === undefined ? userEnvironment(process.env) : isolatedEnvironment(process.env)),
      ...(gitDir === undefined ? {} : { GIT_DIR: gitDir }),
      ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
      ...(indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile }),
    },
  };
}

/** Runs git and returns how it went, whatever its exit code. Throws {@link GitMissingError}, and the signal's reason. */
export async function gitResult(args: readonly string[], options: GitOptions): Promise<CommandResult> {
  const { cwd, input, signal } = options;
  const command = gitCommand(args, options);
  try {
    const result = await runCommand('git', command.args, {
      cwd,
      env: command.env,
      input,
      signal,
      keepBytes: KEEP_BYTES,
      // It only reads, and ends by itself in a moment.
      isGuarded: false,
    });
    if (result.aborted) signal?.throwIfAborted();
    return result;
  } catch (error) {
    throw await startError(error, cwd);
  }
}

/** Runs git, which must succeed, and returns what it printed. Throws {@link GitFailedError} and what {@link gitResult} throws. */
export async function git(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const result = await gitResult(args, options);
  if (result.exitCode !== 0) throw new GitFailedError(args[0] ?? '', result.exitCode, result.stderr.toString('utf8'));
  if (result.truncated) throw new GitFailedError(args[0] ?? '', 0, 'it printed more than can be held in memory');
  return result.stdout;
}

/** Tells a missing git from a missing folder, which has the same errno. */
export async function startError(error: unknown, cwd: string): Promise<unknown> {
  if (!(error instanceof ProcessStartError) || (error.cause as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  const isFolder = await stat(cwd).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  return isFolder ? new GitMissingError(error) : error;
}
