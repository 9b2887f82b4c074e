import { main } from '../src/main.js';
import { SaidSoFar } from './said-so-far.js';

/** What one call of the command line said. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as data; throws when it is none. */
  readonly json: () => unknown;
}

export interface Call {
  readonly said: Promise<Said>;
  /** Sends a signal to the program as the terminal would. */
  readonly signal: (name: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void;
  /** Resolves when the standard error so far matches. */
  readonly until: (pattern: RegExp) => Promise<void>;
}

interface Terminal {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: () => string;
}

/** Calls the command line in this process, which saves the start of another one. */
export function callHere({ args, env, cwd }: Terminal): Call {
  let out = '';
  const err = new SaidSoFar();
  const listeners = new Map<string, Set<(name: string) => void>>();
  const stream = (add: (text: string) => void) => ({
    isTTY: false,
    on: () => undefined,
    write: (text: string) => {
      add(text);
      return true;
    },
  });
  const fake = {
    argv: [process.execPath, 'codex-orch', ...args],
    env,
    cwd,
    stdin: { isTTY: false },
    stdout: stream((text) => {
      out += text;
    }),
    stderr: stream((text) => {
      err.add(text);
    }),
    exitCode: undefined as number | undefined,
    on: (name: string, listener: (name: string) => void) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
    },
    off: (name: string, listener: (name: string) => void) => listeners.get(name)?.delete(listener),
  };
  const said = main(fake as unknown as NodeJS.Process).then(() => ({
    code: fake.exitCode ?? 0,
    out,
    err: err.text,
    json: () => JSON.parse(out) as unknown,
  }));
  return {
    said,
    signal: (name) => {
      for (const listener of listeners.get(name) ?? []) listener(name);
    },
    until: (pattern) => err.until(pattern, said),
  };
}
