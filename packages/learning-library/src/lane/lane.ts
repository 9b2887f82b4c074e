import type { Duplex } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { ManagedProcess, TailBuffer } from '@codex-orch/core';
import { encodeFrame, FrameReader } from './frames.js';
import { foldersOf, laneProgram, permissionFlags } from './permissions.js';
import { type Reply, replySchema } from './reply.js';

/** Syntax trees live as long as their file: with more room for what is young, they are not moved before they go. */
const forTrees = ['--max-semi-space-size=32'];

/** A module to run, with what it is given. */
export interface LaneAsset {
  readonly id: string;
  /** Absolute path of its module. */
  readonly module: string;
  readonly prefilter: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

export interface LanePlan {
  /** The repository; a lane may read it. */
  readonly root: string;
  readonly assets: readonly LaneAsset[];
  readonly compat: boolean;
  readonly dryRun: boolean;
  /** Of the heap of a lane. */
  readonly memoryMegabytes: number;
  /** For starting and loading the assets, and for each survey. */
  readonly startMs: number;
  /** Assets must not be run before they have looked over the repository, and have not yet: `SurveyNeeded`. */
  readonly isSurveyDue?: boolean;
}

/** How waiting for a lane ended without what was waited for. */
export type LaneFault =
  | { readonly type: 'late' }
  | { readonly type: 'died'; readonly message: string }
  | { readonly type: 'nonsense'; readonly message: string };

export type LaneAnswer = (Reply & { readonly body: Buffer }) | LaneFault;

/**
 * A process that runs codemods and can do nothing but read: no writing, no children, no workers, no network through Node, and an environment
 * without anything of ours. Worker threads would share the rights of this process.
 */
export class Lane implements AsyncDisposable {
  readonly #process: ManagedProcess;
  readonly #channel: Duplex;
  readonly #errors = new TailBuffer(4096);
  readonly #answers: LaneAnswer[] = [];
  #wake: (() => void) | undefined;

  private constructor(process: ManagedProcess) {
    this.#process = process;
    this.#channel = process.child.stdio[3] as Duplex;
    const reader = new FrameReader();
    this.#channel.on('error', () => undefined);
    this.#channel.on('data', (chunk: Buffer) => {
      try {
        for (const { message, body } of reader.push(chunk)) this.#answer({ ...replySchema.parse(message), body });
      } catch (error) {
        this.#answer({ type: 'nonsense', message: error instanceof Error ? error.message : String(error) });
      }
    });
    process.child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors.push(chunk);
    });
    const closed = new Promise<void>((resolve) => {
      this.#channel.once('close', resolve);
    });
    void Promise.all([process.exited, closed]).then(([{ code, signal }]) => {
      const how = signal === null ? `it ended with exit code ${code ?? 0}` : `it was ended by ${signal}`;
      const said = this.#errors.bytes().toString('utf8');
      this.#answer({ type: 'died', message: causeIn(said) ?? how });
    });
  }

  /** Starts a process; {@link load} makes it ready. Throws `ProcessStartError`. */
  static async start({ root, assets, memoryMegabytes }: LanePlan): Promise<Lane> {
    const readable = new Set([`${root}/`, ...[laneProgram, ...assets.map(({ module }) => module)].flatMap(foldersOf)]);
    const flags = [...permissionFlags([...readable]), `--max-old-space-size=${memoryMegabytes}`, ...forTrees];
    const child = await ManagedProcess.start(process.execPath, [...flags, laneProgram], {
      cwd: root,
      env: { LANG: 'C.UTF-8', NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      // It has nothing to tidy up.
      killGraceMs: 0,
    });
    return new Lane(child);
  }

  /** Has the assets loaded. */
  async load({ assets, compat, dryRun, startMs }: LanePlan, signal?: AbortSignal): Promise<LaneAnswer> {
    const orders = assets.map(({ id, module, prefilter, options }) => ({
      id,
      url: pathToFileURL(module).href,
      prefilter,
      options,
    }));
    this.#channel.write(encodeFrame({ type: 'load', assets: orders, compat, dryRun }));
    return this.next(startMs, signal);
  }

  /** Hands files over; each is answered by a result, in their order. */
  send(files: readonly { readonly path: string; readonly content: Buffer }[]): void {
    this.#hand('files', files);
  }

  /** Hands over a part of the repository for {@link survey}; answered once, so that what is not taken yet does not heap up here. */
  show(files: readonly { readonly path: string; readonly content: Buffer }[]): void {
    this.#hand('look', files);
  }

  /** Has one asset look over all that it was shown. */
  survey(asset: string): void {
    this.#channel.write(encodeFrame({ type: 'survey', asset }));
  }

  #hand(type: 'files' | 'look', files: readonly { readonly path: string; readonly content: Buffer }[]): void {
    const message = { type, files: files.map(({ path, content }) => ({ path, bytes: content.length })) };
    this.#channel.write(
      encodeFrame(
        message,
        files.map(({ content }) => content),
      ),
    );
  }

  /** The next answer, or why there is none within `timeoutMs`. Whoever gets a fault ends the lane. */
  async next(timeoutMs: number, signal?: AbortSignal): Promise<LaneAnswer> {
    const known = this.#answers.shift();
    if (known) return known;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#wake = undefined;
      };
      const abort = (): void => {
        settle();
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        settle();
        resolve({ type: 'late' });
      }, timeoutMs);
      this.#wake = () => {
        const answer = this.#answers.shift();
        if (!answer) return;
        settle();
        resolve(answer);
      };
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
    });
  }

  #answer(answer: LaneAnswer): void {
    this.#answers.push(answer);
    this.#wake?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.kill({ force: true });
    this.#channel.destroy();
  }
}

/** What a process said of its end; undefined where that is nothing that can be understood. */
function causeIn(said: string): string | undefined {
  if (said.includes('heap out of memory')) return 'it ran out of memory';
  const error = /^(?:Uncaught )?\w*Error\b.*$/m.exec(said)?.[0];
  return error === undefined ? undefined : `it ended with ${error.slice(0, 500)}`;
}
