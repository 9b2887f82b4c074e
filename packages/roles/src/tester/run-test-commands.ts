import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import {
  parseCounts,
  ProcessStartError,
  runCommand,
  type StreamFilter,
  type TestCommandResult,
  type TestReport,
} from '@codex-orch/core';

/** What is really started for a test command. */
export interface TestLaunch {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

export interface RunTestCommandsOptions {
  /** Absolute path of the work tree. */
  readonly cwd: string;
  /** Argument arrays, run one after the other. */
  readonly commands: readonly (readonly string[])[];
  /** How a command is started, such as inside a sandbox. */
  readonly launch: (command: readonly string[]) => TestLaunch | Promise<TestLaunch>;
  /** For each command, in milliseconds; 900 000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Absolute path of the run directory. */
  readonly runDir: string;
  /** Path in the run directory that the logs begin with: `tests/3` gives `tests/3-1.log` and so on. */
  readonly logPrefix: string;
  /** Makes what changes the output on its way to the log and the report, e.g. what takes secrets out. */
  readonly filter?: (() => StreamFilter) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of the log that are searched for counts, and that are kept as tail. */
const searched = 256 * 1024;
const kept = 8 * 1024;

async function readEnd(file: string, bytes: number): Promise<string> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const start = Math.max(0, size - bytes);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
  const text = buffer.subarray(0, bytesRead).toString('utf8');
  // Cut at a line, or the first character may be half a one.
  return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
}

async function runOne(
  command: readonly string[],
  log: string,
  options: RunTestCommandsOptions,
): Promise<TestCommandResult> {
  const { cwd, timeoutMs = 900_000, runDir, signal, filter } = options;
  const { file, args, env } = await options.launch(command);
  const spoolTo = path.join(runDir, log);
  try {
    const { exitCode, timedOut, aborted, durationMs } = await runCommand(file, args, {
      cwd,
      env,
      timeoutMs,
      spoolTo,
      filter,
      signal,
      keepBytes: 0,
    });
    if (aborted) signal?.throwIfAborted();
    const end = await readEnd(spoolTo, searched);
    return {
      command: [...command],
      exitCode,
      timedOut,
      durationMs,
      counts: parseCounts(end),
      log,
      tail: end.slice(-kept),
    };
  } catch (error) {
    if (!(error instanceof ProcessStartError)) throw error;
    // The change itself can break the command, so this is a result that the builder can mend. Numbered as shells do.
    const tail = `${error.message}\n`;
    await using handle = await open(spoolTo, 'w');
    await handle.writeFile(tail);
    return { command: [...command], exitCode: 127, timedOut: false, durationMs: 0, counts: null, log, tail };
  }
}

/**
 * Runs the test commands, all of them, and reports what they said.
 *
 * `passed` means that at least one ran and all exited with 0. Throws the signal's reason when it was aborted.
 */
export async function runTestCommands(options: RunTestCommandsOptions): Promise<TestReport> {
  const results: TestCommandResult[] = [];
  await mkdir(path.dirname(path.join(options.runDir, options.logPrefix)), { recursive: true });
  for (const [index, command] of options.commands.entries()) {
    options.signal?.throwIfAborted();
    results.push(await runOne(command, `${options.logPrefix}-${index + 1}.log`, options));
  }
  return {
    passed: results.length > 0 && results.every(({ exitCode }) => exitCode === 0),
    commands: results,
    reason: results.length > 0 ? null : 'No test command is known for this repository.',
  };
}
