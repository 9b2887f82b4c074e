import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SaidSoFar } from './said-so-far.js';
import type { World } from './world.js';

const bin = fileURLToPath(new URL('../bin/codex-orch.js', import.meta.url));

export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** The built command in a process of its own, while it runs. */
export interface RunningCommand {
  readonly pid: number;
  readonly ended: Promise<CommandEnd>;
  /** Its standard error so far. */
  readonly said: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when its standard error so far matches. */
  readonly until: (pattern: RegExp) => Promise<void>;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Source of a module that the process loads before the command. */
  readonly preload?: string | undefined;
}

/** Starts the built command as a user does. */
export async function startCommand(
  world: World,
  args: readonly string[],
  { env, preload }: CommandOptions = {},
): Promise<RunningCommand> {
  const module = path.join(world.root, 'preload.mjs');
  if (preload !== undefined) await writeFile(module, preload);
  const child = spawn(process.execPath, [...(preload === undefined ? [] : ['--import', module]), bin, ...args], {
    cwd: world.repo,
    env: { ...world.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  const err = new SaidSoFar();
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    err.add(chunk.toString());
  });
  const ended = once(child, 'close').then((how): CommandEnd => {
    const [code, signal] = how as [number | null, NodeJS.Signals | null];
    return { code, signal, out, err: err.text };
  });
  return {
    pid: child.pid ?? 0,
    ended,
    said: () => err.text,
    kill: (signal) => child.kill(signal),
    until: (pattern) => err.until(pattern, ended),
  };
}

/** Runs the built command to its end. */
export const runCommandLine = async (...args: Parameters<typeof startCommand>): Promise<CommandEnd> =>
  (await startCommand(...args)).ended;

/** The processes whose environment or command line holds a text, as `pid command line`; those that ended and wait for a parent are none. */
export async function processesWith(text: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
    const commandLine = (await read('cmdline')).replaceAll('\0', ' ');
    if (Number(pid) !== process.pid && `${commandLine}${await read('environ')}`.includes(text))
      found.push(`${pid} ${commandLine.slice(0, 200)}`);
  }
  return found;
}
