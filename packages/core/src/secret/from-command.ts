import os from 'node:os';
import path from 'node:path';
import { OrchError } from '../errors/orch-error.js';
import { runCommand } from '../process/run-command.js';
import { SecretUnavailableError } from './errors.js';
import { maxSecretBytes } from './limits.js';

type Env = Readonly<Record<string, string | undefined>>;

/** A PATH without what a repository can put programs into: relative folders and, under npm and npx, its `node_modules/.bin`. */
export function trustedPath(value: string, untrustedRoot?: string): string {
  const isInside = (folder: string): boolean =>
    untrustedRoot !== undefined && !path.relative(untrustedRoot, folder).startsWith('..');
  return value
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder) && !/[/\\]node_modules[/\\]/.test(`${folder}${path.sep}`))
    .filter((folder) => !isInside(folder))
    .join(path.delimiter);
}

export interface SecretFromCommandOptions {
  readonly env: Env;
  readonly timeoutSeconds?: number | undefined;
  /** A folder whose programs are not run. */
  readonly untrustedRoot?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a secret from what a program prints, without its surrounding space. The program gets the user's own environment, as it
 * would in a terminal, but no terminal, no input, and no folder that a repository controls.
 *
 * Throws {@link SecretUnavailableError}.
 */
export async function secretFromCommand(
  name: string,
  command: readonly string[],
  { env, timeoutSeconds = 30, untrustedRoot, signal }: SecretFromCommandOptions,
): Promise<string> {
  const [file = '', ...args] = command;
  const source = `the command "${command.join(' ')}"`;
  const unavailable = (reason: string, cause?: unknown): SecretUnavailableError =>
    new SecretUnavailableError({ name, source, reason, cause });
  const whole = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => !!entry[1]));
  const run = runCommand(file, args, {
    cwd: os.homedir(),
    env: { ...whole, PATH: trustedPath(whole['PATH'] ?? '', untrustedRoot) },
    timeoutMs: timeoutSeconds * 1000,
    keepBytes: maxSecretBytes,
    signal,
  });
  const result = await run.catch((error: unknown) => {
    signal?.throwIfAborted();
    throw unavailable(error instanceof OrchError ? 'it cannot be started' : String(error), error);
  });
  if (result.aborted) signal?.throwIfAborted();
  if (result.timedOut) throw unavailable(`it did not end within ${timeoutSeconds} seconds`);
  if (result.exitCode !== 0) {
    // What it printed may be half a secret; what it complains of is not.
    const said = result.stderr.toString('utf8').trim().slice(-300);
    throw unavailable(`it ended with ${result.exitCode ?? String(result.signal)}${said ? ` and said: ${said}` : ''}`);
  }
  if (result.truncated) throw unavailable(`it printed more than ${maxSecretBytes} bytes`);
  return result.stdout.toString('utf8').trim();
}
