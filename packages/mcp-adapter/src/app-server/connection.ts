import { ManagedProcess, type ProcessExit, TailBuffer } from '@codex-orch/core';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { CodexLaunch } from '../binary/launch.js';
import { AppServerStartError, SocketPathError } from './errors.js';
import { leaderExit } from '../wire/leader-exit.js';
import { guardianArguments, type HoldOptions } from './hold.js';
import { JsonRpcPeer, RequestRefusal } from './json-rpc-peer.js';
import type { MessageChannel } from './message-channel.js';
import { threadScopeSchema } from './protocol.js';
import { stdioChannel } from './stdio-channel.js';

/** How to talk to the app-server; over a socket it outlives its client, and pending approvals with it. */
export type AppServerTransport = 'stdio' | { readonly socket: string; readonly hold?: HoldOptions | undefined };

/** Whoever is responsible for a thread. */
export interface ThreadListener {
  notification(method: string, params: unknown): void;
  request(method: string, params: unknown): Promise<unknown>;
  connectionLost(exit: ProcessExit | undefined, stderr: string): void;
}

const startTimeoutMs = 30_000;
// The kernel's limit for the path of a Unix socket, its closing zero included.
const socketPathLimit = process.platform === 'darwin' ? 104 : 108;

/** One running app-server and what goes over its wire, sorted by thread. */
export class AppServerConnection {
  readonly peer: JsonRpcPeer;
  readonly #process: ManagedProcess | undefined;
  readonly #stderr: TailBuffer;
  readonly #threads = new Map<string, ThreadListener>();
  readonly #channel: MessageChannel;
  readonly #closed: Promise<void>;
  #exit: ProcessExit | undefined;

  private constructor(channel: MessageChannel, process: ManagedProcess | undefined, stderr: TailBuffer) {
    this.#channel = channel;
    this.#process = process;
    this.#stderr = stderr;
    process?.child.once('exit', (code, signal) => {
      this.#exit = { code, signal };
    });
    let hungUp!: () => void;
    this.#closed = new Promise((resolve) => {
      hungUp = resolve;
    });
    this.peer = new JsonRpcPeer(channel, {
      notification: (method, params) => {
        this.#route(params)?.notification(method, params);
      },
      request: (method, params) => {
        const listener = this.#route(params);
        // A JSON-RPC error counts as a refusal.
        if (!listener) throw new RequestRefusal(-32601, `This client does not serve ${method}.`);
        return listener.request(method, params);
      },
      closed: () => {
        hungUp();
        this.#lost();
      },
    });
  }

  /** Starts an app-server, or joins the one that listens on the socket. Throws {@link AppServerStartError}. */
  static async open(launch: CodexLaunch, transport: AppServerTransport): Promise<AppServerConnection> {
    const stderr = new TailBuffer(16 * 1024);
    const limit = AbortSignal.timeout(startTimeoutMs);
    let process: ManagedProcess | undefined;
    try {
      let channel: MessageChannel;
      if (transport === 'stdio') {
        process = await ManagedProcess.start(launch.binary, ['app-server'], { cwd: launch.home.dir, env: launch.env });
        process.child.stderr?.on('data', (chunk: Buffer) => {
          stderr.push(chunk);
        });
        void leaderExit(process);
        channel = stdioChannel(process);
      } else {
        const { connectSocket, tryConnectSocket } = await import('./socket-channel.js');
        const path = transport.socket;
        if (Buffer.byteLength(path) >= socketPathLimit) throw new SocketPathError(path, socketPathLimit - 1);
        const running = await tryConnectSocket(path);
        if (running) {
          channel = running;
        } else {
          process = await startListening(launch, transport);
          const ended = new AbortController();
          process.child.once('exit', () => {
            ended.abort();
          });
          channel = await connectSocket(path, AbortSignal.any([limit, ended.signal]));
        }
      }
      const connection = new AppServerConnection(channel, process, stderr);
      await connection.#initialize(limit);
      return connection;
    } catch (cause) {
      await process?.kill();
      if (cause instanceof SocketPathError) throw cause;
      throw new AppServerStartError(launch.binary, stderr.bytes().toString('utf8'), cause);
    }
  }

  get lost(): boolean {
    return this.peer.closed;
  }

  /** Resolves when the other side has hung up, or after `ms`. */
  async ended(ms: number): Promise<void> {
    await Promise.race([this.#closed, delay(ms, undefined, { ref: false })]);
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  listen(threadId: string, listener: ThreadListener): void {
    this.#threads.set(threadId, listener);
  }

  forget(threadId: string, listener: ThreadListener): void {
    if (this.#threads.get(threadId) === listener) this.#threads.delete(threadId);
  }

  /** Ends the process if this connection started it; a server that was joined lives on. */
  async close(): Promise<void> {
    this.#channel.close();
    await this.#process?.kill();
  }

  /** Lets go of the process, which lives on. */
  detach(): void {
    this.#channel.close();
    this.#process?.release();
  }

  async #initialize(signal: AbortSignal): Promise<void> {
    const params = {
      clientInfo: { name: 'codex-orch', title: 'codex-orch', version: '0.1.0' },
      // thread/backgroundTerminals/clean is part of the experimental API.
      capabilities: { experimentalApi: true, requestAttestation: false },
    };
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
    await Promise.race([this.peer.request('initialize', params, (result) => z.looseObject({}).parse(result)), aborted]);
    this.peer.notify('initialized');
  }

  #route(params: unknown): ThreadListener | undefined {
    const scope = threadScopeSchema.safeParse(params);
    return scope.success ? this.#threads.get(scope.data.threadId) : undefined;
  }

  #lost(): void {
    const stderr = this.#stderr.bytes().toString('utf8');
    const listeners = [...this.#threads.values()];
    this.#threads.clear();
    for (const listener of listeners) listener.connectionLost(this.#exit, stderr);
  }
}

function startListening(
  { binary, env, home }: CodexLaunch,
  { socket, hold }: Exclude<AppServerTransport, 'stdio'>,
): Promise<ManagedProcess> {
  const command = [binary, 'app-server', '--listen', `unix://${socket}`];
  // No pipes to Codex: they would break when this client dies and take the server with them.
  if (!hold)
    return ManagedProcess.start(binary, command.slice(1), {
      cwd: home.dir,
      env,
      stdio: ['ignore', 'ignore', 'ignore'],
      isGuarded: false,
    });
  return ManagedProcess.start('/bin/sh', guardianArguments(hold, command), {
    cwd: home.dir,
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
    // It watches over Codex by itself, and longer.
    isGuarded: false,
  });
}
