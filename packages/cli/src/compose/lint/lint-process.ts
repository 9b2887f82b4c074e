import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ManagedProcess } from '@codex-orch/core';
import type { TestLaunch } from '@codex-orch/roles';
import { LintFailedError } from './errors.js';

const newline = 0x0a;
const maxAnswer = 64 * 1024 * 1024;
/** What is told of a program that ended badly. */
const maxTold = 2000;
const endPatienceMs = 500;

/** A running program that answers each line with one line. One request at a time. */
export class LintProcess {
  readonly #managed: ManagedProcess;
  #told = '';
  #hasEnded = false;
  /** Told of its end, while somebody waits for an answer. */
  #onEnd: ((why: LintFailedError) => void) | undefined;

  private constructor(managed: ManagedProcess) {
    this.#managed = managed;
    const { stdin, stdout, stderr } = managed.child;
    stderr?.on('data', (chunk: Buffer) => {
      this.#told = `${this.#told}${chunk.toString('utf8')}`.slice(-maxTold);
    });
    void managed.exited.then(({ code, signal }) => {
      this.#hasEnded = true;
      this.#onEnd?.(new LintFailedError(this.#told.trim() || `their program ended with ${String(code ?? signal)}.`));
    });
    // While nobody asks it anything it keeps nobody from ending; its input ends with this process, and so does it.
    managed.child.unref();
    for (const pipe of [stdin, stdout, stderr]) (pipe as Socket | null)?.unref();
  }

  /** Throws `ProcessStartError`. */
  static async start({ file, args, env }: TestLaunch, cwd: string): Promise<LintProcess> {
    return new LintProcess(await ManagedProcess.start(file, args, { cwd, env }));
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Its answer to a line. Once this has thrown, the program is of no more use. Throws {@link LintFailedError} and the signal's reason. */
  async ask(
    line: string,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<string> {
    signal.throwIfAborted();
    const { stdin, stdout } = this.#managed.child;
    const release: (() => void)[] = [];
    try {
      return await new Promise<string>((resolve, reject) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const take = (chunk: Buffer): void => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > maxAnswer) reject(new LintFailedError(`they said more than ${maxAnswer} bytes.`));
          else if (chunk.includes(newline)) resolve(Buffer.concat(chunks).toString('utf8'));
        };
        const abort = (): void => {
          reject(signal.reason as Error);
        };
        // The one thing here that this process waits for.
        const timer = setTimeout(() => {
          reject(new LintFailedError(`they took longer than ${Math.round(timeoutMs / 1000)} seconds.`));
        }, timeoutMs);
        release.push(
          () => stdout?.off('data', take),
          () => {
            signal.removeEventListener('abort', abort);
          },
          () => {
            clearTimeout(timer);
          },
        );
        stdout?.on('data', take);
        signal.addEventListener('abort', abort, { once: true });
        this.#onEnd = reject;
        stdin?.write(`${line}\n`);
      });
    } finally {
      this.#onEnd = undefined;
      for (const each of release) each();
    }
  }

  /** Without input it ends by itself; one that is busy, or does not want to, is killed, and by `force` each is. */
  async end({ force }: { readonly force: boolean }): Promise<void> {
    if (!force) {
      this.#managed.child.stdin?.end();
      const patience = new AbortController();
      const { signal } = patience;
      const ended = this.#managed.exited.then(() => {
        patience.abort();
      });
      await Promise.race([ended, delay(endPatienceMs, undefined, { signal }).catch(() => undefined)]);
    }
    await this.#managed.kill({ force: true });
  }
}
