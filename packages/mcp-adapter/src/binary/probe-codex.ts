import { rm } from 'node:fs/promises';
import { type CommandResult, makeScratchFolder, ProcessStartError, runCommand } from '@codex-orch/core';
import { childEnvironment } from '../home/environment.js';
import { CodexTooOldError, CodexUnusableError } from './errors.js';
import { locateCodex, type LocateOptions } from './locate-codex.js';

export interface ProbeOptions extends LocateOptions {
  readonly signal?: AbortSignal | undefined;
}

/** An installed Codex and the entry points it really has. */
export interface CodexProbe {
  /** Absolute path of the platform's binary. */
  readonly binary: string;
  /** E.g. `0.169.0`. */
  readonly version: string;
  readonly drivers: {
    readonly appServer: boolean;
    readonly mcpServer: boolean;
    readonly exec: boolean;
    readonly cloud: boolean;
  };
  /** How it was found, in a few words. */
  readonly source: string;
}

const probeTimeoutMs = 20_000;

/**
 * Finds Codex and asks it what it can do. Runs it only with `--version` and `--help`, and with an empty CODEX_HOME.
 *
 * Throws `CodexMissingError`, {@link CodexTooOldError} and {@link CodexUnusableError}.
 */
export async function probeCodex(options: ProbeOptions): Promise<CodexProbe> {
  const { binary, source } = locateCodex(options);
  const home = await makeScratchFolder('probe');
  try {
    const env = childEnvironment({ home: { dir: home, keyVariables: [] }, from: options.env });
    const ask = async (...args: string[]): Promise<CommandResult> => {
      try {
        return await runCommand(binary, args, { cwd: home, env, signal: options.signal, timeoutMs: probeTimeoutMs });
      } catch (error) {
        if (error instanceof ProcessStartError) throw new CodexUnusableError(binary, 'it cannot be started', error);
        throw error;
      }
    };
    const [told, help] = await Promise.all([ask('--version'), ask('--help')]);
    options.signal?.throwIfAborted();
    const version = /\b(\d+\.\d+\.\d+\S*)/.exec(told.stdout.toString('utf8'))?.[1];
    if (told.exitCode !== 0 || version === undefined) {
      const said = `${told.stdout.toString('utf8')}${told.stderr.toString('utf8')}`.trim().slice(0, 500);
      throw new CodexUnusableError(
        binary,
        `"--version" ${told.timedOut ? 'did not end' : 'did not print a version'}${said ? `: ${said}` : ''}`,
      );
    }
    const listed = listedCommands(help.stdout.toString('utf8'));
    // Since 0.154, "codex mcp-server" is no subcommand but a prompt for the TUI: the exit code alone says nothing.
    const has = async (subcommand: string): Promise<boolean> => {
      if (listed.has(subcommand)) return true;
      const { exitCode, stdout } = await ask(subcommand, '--help');
      return exitCode === 0 && new RegExp(`^Usage: \\S+ ${subcommand}\\b`, 'm').test(stdout.toString('utf8'));
    };
    const [appServer, mcpServer, exec, cloud] = await Promise.all([
      has('app-server'),
      has('mcp-server'),
      has('exec'),
      has('cloud'),
    ]);
    options.signal?.throwIfAborted();
    if (!appServer && !mcpServer && !exec) throw new CodexTooOldError(binary, version);
    return { binary, version, source, drivers: { appServer, mcpServer, exec, cloud } };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** The names in the list of commands that `--help` prints, two blanks in. One that is hidden there has to be asked for. */
function listedCommands(help: string): ReadonlySet<string> {
  const list = /^Commands:\n((?: .*\n)+)/m.exec(help)?.[1] ?? '';
  return new Set([...list.matchAll(/^ {2}([\w-]+)/gm)].map(([, name = '']) => name));
}
