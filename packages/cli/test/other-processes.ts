import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const source = ['--conditions', '@codex-orch/source', '--import', '@swc-node/register/esm-register'];

/** A process that runs from source, as another machine would. */
export interface OtherProcess {
  readonly child: ChildProcess;
  /** Its standard error so far. */
  readonly said: () => string;
  /** Resolves when its standard error so far matches. */
  readonly until: (pattern: RegExp) => Promise<void>;
}

/** Processes of one test, which end with it. */
export class OtherProcesses implements AsyncDisposable {
  readonly #children: ChildProcess[] = [];

  #start(module: string, args: readonly string[], env: NodeJS.ProcessEnv): OtherProcess {
    const child = fork(module, args, {
      cwd: file('..'),
      env,
      execArgv: source,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#children.push(child);
    let err = '';
    const watchers = new Set<() => void>();
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      for (const watcher of [...watchers]) watcher();
    });
    const until = (pattern: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(err)) resolve();
        };
        watchers.add(look);
        child.once('exit', () => {
          reject(new Error(`It ended without ${String(pattern)}: ${err}`));
        });
        look();
      });
    return { child, said: () => err, until };
  }

  /** Resolves with the URL of an empty database, which lasts as long as these processes. */
  async postgres(): Promise<string> {
    return (await this.#postgres()).url;
  }

  /** The same on a server of its own, which can be stopped and started again. */
  async ownPostgres(): Promise<{ readonly url: string; readonly say: (what: 'stop' | 'start') => Promise<void> }> {
    const { url, child } = await this.#postgres('own');
    return {
      url,
      say: async (what) => {
        const done = once(child, 'message');
        child.send(what);
        await done;
      },
    };
  }

  async #postgres(...args: string[]): Promise<{ readonly url: string; readonly child: ChildProcess }> {
    const { child, said } = this.#start(file('../../engine-dbos/test/postgres-server.ts'), args, process.env);
    const ended = once(child, 'exit').then(() => {
      throw new Error(`Postgres ended: ${said()}`);
    });
    ended.catch(() => undefined);
    const [url] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
    return { url: String(url), child };
  }

  /** Starts the command line. */
  command(args: readonly string[], env: NodeJS.ProcessEnv): OtherProcess {
    return this.#start(file('worker-command.ts'), args, env);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What uses the database goes before it.
    for (const child of this.#children.splice(0).reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
  }
}
