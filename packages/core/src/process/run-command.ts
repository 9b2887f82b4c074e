import { type FileHandle, open } from 'node:fs/promises';
import { writeError } from '../fs/errors.js';
import { CommandFailedError } from './errors.js';
import { ManagedProcess, type ManagedProcessOptions } from './managed-process.js';
import { Spool } from './spool.js';
import { TailBuffer } from './tail-buffer.js';

export interface RunCommandOptions extends Pick<ManagedProcessOptions, 'cwd' | 'env' | 'killGraceMs' | 'isGuarded'> {
  /** Written to standard input, which is then closed. */
  readonly input?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** Standard output goes straight into this file, neither into memory nor into `spoolTo`. */
  readonly stdoutTo?: string | undefined;
  /** Both streams, in order of arrival, are also written to this file. */
  readonly spoolTo?: string | undefined;
  /** Makes what changes a stream on its way to memory and to `spoolTo`, e.g. what takes secrets out. */
  readonly filter?: (() => StreamFilter) | undefined;
  /** Bytes of each stream that are kept in memory, the last ones; 1 MiB by default. */
  readonly keepBytes?: number | undefined;
}

/** Changes bytes that arrive in chunks; it may keep some back until it has seen more. */
export interface StreamFilter {
  push(chunk: Buffer): Buffer;
  /** What it kept back. */
  end(): Buffer;
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of the stream, whole unless `truncated`. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly truncated: boolean;
  readonly timedOut: boolean;
  readonly aborted: boolean;
  readonly durationMs: number;
}

/**
 * Runs a program to its end and returns how it went; a non-zero exit is not an error here.
 *
 * A time-out or an abort ends its whole process group, and so does its own end: nothing that it left in its group outlives it.
 * Output beyond `keepBytes` is not held in memory.
 * Throws {@link ProcessStartError}; {@link NotWritableError} and {@link DiskFullError} for the output files; and the reason of a
 * signal that was aborted before the start.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: RunCommandOptions,
): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  const stdoutFile = options.stdoutTo === undefined ? undefined : await openForWriting(options.stdoutTo);
  try {
    return await runInto(stdoutFile, file, args, options);
  } finally {
    await stdoutFile?.close();
  }
}

async function runInto(
  stdoutFile: FileHandle | undefined,
  file: string,
  args: readonly string[],
  options: RunCommandOptions,
): Promise<CommandResult> {
  const started = performance.now();
  await using spool =
    options.spoolTo === undefined
      ? undefined
      : new Spool(options.spoolTo, await openForWriting(options.spoolTo), options.filter?.());
  const child = await ManagedProcess.start(file, args, {
    ...options,
    stdio: ['pipe', stdoutFile?.fd ?? 'pipe', 'pipe'],
  });

  const keep = options.keepBytes ?? 1024 * 1024;
  const stdout = new TailBuffer(keep);
  const stderr = new TailBuffer(keep);
  const streams = [
    [child.child.stdout, stdout, options.filter?.()],
    [child.child.stderr, stderr, options.filter?.()],
  ] as const;
  for (const [source, tail, filter] of streams) {
    const take = (bytes: Buffer): void => {
      tail.push(bytes);
      spool?.write(bytes, source ?? undefined);
    };
    source?.on('data', (chunk: Buffer) => {
      take(filter ? filter.push(chunk) : chunk);
    });
    source?.on('close', () => {
      if (filter) take(filter.end());
    });
  }
  spool?.onError(() => void child.kill({ force: true }));
  child.child.stdin?.end(options.input);

  let timedOut = false;
  let aborted = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          void child.kill();
        }, options.timeoutMs);
  const abort = () => {
    aborted = true;
    void child.kill();
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  // It may have been aborted while the program started, when nobody listened.
  if (options.signal?.aborted) abort();
  try {
    const exit = await child.exited;
    await spool?.finish();
    return {
      exitCode: exit.code,
      signal: exit.signal,
      stdout: stdout.bytes(),
      stderr: stderr.bytes(),
      truncated: stdout.truncated || stderr.truncated,
      timedOut,
      aborted,
      durationMs: performance.now() - started,
    };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
  }
}

async function openForWriting(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w');
  } catch (error) {
    throw writeError(path, error);
  }
}

/**
 * Runs a program that must succeed and returns its output, which must fit into `keepBytes` (64 MiB by default).
 *
 * Throws {@link CommandFailedError} when it exits non-zero, is killed, times out or says too much, and the signal's reason when it was aborted.
 */
export async function runChecked(file: string, args: readonly string[], options: RunCommandOptions): Promise<Buffer> {
  const result = await runCommand(file, args, { ...options, keepBytes: options.keepBytes ?? 64 * 1024 * 1024 });
  if (result.aborted) options.signal?.throwIfAborted();
  const fail = (how: string) =>
    new CommandFailedError([file, ...args], result.exitCode, result.stderr.toString('utf8'), how);
  if (result.timedOut) throw fail(`did not end within ${options.timeoutMs ?? 0} ms`);
  if (result.exitCode === null) throw fail(`was killed by ${String(result.signal)}`);
  if (result.exitCode !== 0) throw fail(`exited with ${result.exitCode}`);
  if (result.truncated) throw fail('printed more than can be held');
  return result.stdout;
}
