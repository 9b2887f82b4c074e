import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ProcessStartError } from './errors.js';
import { guardedBy, guardGroup, type Guarding } from './guard.js';
import { isDead } from './remains.js';

/** How a child ended; one of the two is set. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ManagedProcessOptions {
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdio?: readonly ('pipe' | 'ignore' | number)[] | undefined;
  /** Milliseconds between SIGTERM and SIGKILL; 2000 by default. */
  readonly killGraceMs?: number | undefined;
  /**
   * Whether it, and all that it starts, ends when this process dies, also by SIGKILL; true by default. Not needed for what ends by
   * itself in a moment, and wrong for what is to outlive this process.
   */
  readonly isGuarded?: boolean | undefined;
}

/** Once the group is dead its output is in the pipe already; silence for this long means a stranger holds the pipe open. */
const PIPE_SILENCE_MS = 200;

/**
 * A child process that leads its own process group, so that ending it ends its children too.
 *
 * When the child ends by itself, what it left running in its group is ended as well.
 */
export class ManagedProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves when the child has ended, nothing of its group is left, and its pipes are closed. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  readonly #killGraceMs: number;
  // The number of a dead group can be given to a stranger, so it is never signalled again.
  #groupIsGone = false;
  #childHasEnded = false;
  #ending: Promise<void> | undefined;
  readonly #guarding: Guarding | undefined;

  private constructor(
    child: ChildProcess,
    pid: number,
    { killGraceMs = 2000, isGuarded = true }: ManagedProcessOptions,
  ) {
    this.child = child;
    this.pid = pid;
    this.#killGraceMs = killGraceMs;
    this.#guarding = isGuarded ? guardGroup(pid) : undefined;
    const closed = once(child, 'close');
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#childHasEnded = true;
        void this.#endGroup(false)
          .then(() => {
            this.#guarding?.drop();
            return this.#closePipes(closed);
          })
          .then(() => {
            resolve({ code, signal });
          });
      });
    });
  }

  /**
   * Starts `file` with these arguments; no shell is involved.
   *
   * Throws {@link ProcessStartError} when it cannot be started.
   */
  static async start(file: string, args: readonly string[], options: ManagedProcessOptions): Promise<ManagedProcess> {
    try {
      const child = spawn(file, args, {
        cwd: options.cwd,
        env: { ...options.env, ...(options.isGuarded === false ? {} : guardedBy) },
        stdio: options.stdio ? [...options.stdio] : ['pipe', 'pipe', 'pipe'],
        detached: true,
        shell: false,
      });
      // A child that dies with unread input raises EPIPE here; its exit says all there is to say.
      child.stdin?.on('error', () => undefined);
      await once(child, 'spawn');
      child.on('error', () => undefined);
      return new ManagedProcess(child, child.pid as number, options);
    } catch (cause) {
      throw new ProcessStartError(file, options.cwd, cause);
    }
  }

  /** Whether anything of the process group is left. */
  get alive(): boolean {
    return this.#isAlive();
  }

  #isAlive(): boolean {
    if (this.#groupIsGone) return false;
    try {
      process.kill(-this.pid, 0);
      return true;
    } catch (error) {
      const alive = (error as NodeJS.ErrnoException).code === 'EPERM';
      this.#groupIsGone = !alive && this.#childHasEnded;
      return alive;
    }
  }

  /** Lets the child live on when this process ends; its standard input is closed. */
  release(): void {
    this.#guarding?.spare();
    this.child.stdin?.destroy();
    this.child.unref();
  }

  /** Ends the whole group: SIGTERM, and SIGKILL when it does not listen. Resolves when it is gone. */
  async kill({ force = false }: { readonly force?: boolean | undefined } = {}): Promise<void> {
    await this.#endGroup(force);
    await this.exited;
  }

  #endGroup(force: boolean): Promise<void> {
    if (force) this.#signal('SIGKILL');
    this.#ending ??= this.#terminate().finally(() => {
      this.#ending = undefined;
    });
    return this.#ending;
  }

  async #terminate(): Promise<void> {
    if (!this.#isAlive()) return;
    this.#signal('SIGTERM');
    const deadline = performance.now() + this.#killGraceMs;
    // Looking at every process of the machine costs far more than asking for the group: an init that is only late is waited for, and
    // then it is done ever less often.
    let looks = 3;
    for (let waited = 0; this.#isAlive() && performance.now() < deadline; waited += 1) {
      if (this.#childHasEnded && waited >= looks) {
        looks *= 3;
        if (isDead(this.pid)) {
          this.#groupIsGone = true;
          return;
        }
      }
      await delay(10);
    }
    if (!this.#isAlive()) return;
    this.#signal('SIGKILL');
    // Nothing survives SIGKILL, but where no init reaps orphans their remains count as alive for ever.
    for (let waited = 0; this.#isAlive() && waited < 20; waited += 1) await delay(10);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#groupIsGone) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // The group is gone already.
    }
  }

  /** A descendant that left the group can hold our pipes open for ever: read what is there, then let go. */
  async #closePipes(closed: Promise<unknown>): Promise<void> {
    const state = { isClosed: false };
    void closed.then(() => {
      state.isClosed = true;
    });
    const pipes = [this.child.stdout, this.child.stderr].filter((pipe) => pipe !== null) as (Readable & {
      bytesRead?: number;
    })[];
    const progress = () => pipes.reduce((sum, pipe) => sum + (pipe.bytesRead ?? 0), 0);
    const deadline = performance.now() + this.#killGraceMs;
    for (let before = -1; ;) {
      // Open pipes keep this process alive; a timer that is no longer waited for must not.
      await Promise.race([closed, delay(PIPE_SILENCE_MS, undefined, { ref: false })]);
      // A blocked event loop fires the timer before it reads: give reading its turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (state.isClosed) return;
      const silent = progress() === before || performance.now() > deadline;
      if (silent && pipes.every((pipe) => pipe.readableLength === 0)) break;
      before = progress();
    }
    for (const pipe of pipes) pipe.destroy();
    this.child.stdin?.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
