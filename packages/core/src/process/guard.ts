import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { watchOver } from './watch-over.js';

/** By this variable the guard knows what we started, wherever it went: children inherit it. */
const variable = 'CODEX_ORCH_STARTED_BY';

const mark = randomUUID();

let guard: Socket | undefined;

/** What a guarded process has in its environment; whoever clears that for children of its own should set this again. */
export const guardedBy: Readonly<Record<string, string>> = { [variable]: mark };

/** What is settled with the guard for one process group. */
export interface Guarding {
  /** The group is gone, and its number can become a stranger's. */
  drop(): void;
  /** The group, and what descends from it, is to outlive this process. */
  spare(): void;
}

/**
 * Has a process group ended when this process dies, however it dies.
 *
 * Nothing that we do can survive our own SIGKILL, so another process watches over us: when the pipe between the two breaks, it
 * ends what we had it watch and what carries our mark. It starts with the first group and ends with us.
 */
export function guardGroup(group: number): Guarding {
  guard ??= startGuard();
  const pipe = guard;
  pipe.write(`+${group}\n`);
  return {
    drop: () => {
      pipe.write(`-${group}\n`);
    },
    spare: () => {
      pipe.write(`=${group}\n`);
    },
  };
}

function startGuard(): Socket {
  const child = spawn(process.execPath, ['--eval', `(${watchOver.toString()})()`, '--', `${variable}=${mark}`], {
    // A terminal that is closed, or a Ctrl-C, must not reach it; nor must it hold a folder, or carry a mark itself.
    detached: true,
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a guard the work goes on: it ends what it started as long as nobody kills it.
  child.on('error', () => undefined);
  const pipe = child.stdin as Socket;
  pipe.on('error', () => undefined);
  child.unref();
  pipe.unref();
  return pipe;
}
