import {
  type AuthReport,
  type CodexCapabilities,
  type CodexDriver,
  guardGroup,
  type Guarding,
  type OpenSessionOptions,
} from '@codex-orch/core';
import { type CodexLaunch, providerAuth } from '../binary/launch.js';
import { AppServerSession } from './app-server-session.js';
import { AppServerConnection, type AppServerTransport } from './connection.js';
import { guardianGroup, Hold } from './hold.js';
import { AppServerGoneError } from './json-rpc-peer.js';
import { authStatusSchema } from './protocol.js';
import type { z } from 'zod';

export interface AppServerDriverOptions {
  /** `stdio` by default. With a socket the server may outlive its client, and pending approvals with it. */
  readonly transport?: AppServerTransport | undefined;
}

/** How long a guardian may take to see that nothing holds its app-server. */
const guardianMs = 5000;

/** Reaches Codex through one `codex app-server` that serves all threads. It is started when first needed, and again after it died. */
export class AppServerDriver implements CodexDriver {
  readonly kind = 'app-server';
  readonly version: string;
  readonly capabilities: CodexCapabilities;
  readonly #launch: CodexLaunch;
  readonly #transport: AppServerTransport;
  readonly #sessions = new Set<AppServerSession>();
  #opening: Promise<AppServerConnection> | undefined;
  #live: AppServerConnection | undefined;
  readonly #hold: Hold | undefined;
  #holdsTurn = false;
  /** The process group of an app-server that an earlier client had started; 0 where that is not known. */
  #joined: number | undefined;
  #guarding: Guarding | undefined;

  constructor(launch: CodexLaunch, { transport = 'stdio' }: AppServerDriverOptions = {}) {
    this.#launch = launch;
    this.#transport = transport;
    this.#hold = transport !== 'stdio' && transport.hold ? new Hold(transport.hold) : undefined;
    this.version = launch.version;
    this.capabilities = {
      approvals: true,
      durableApprovals: transport !== 'stdio',
      resume: true,
      liveDiff: true,
      steer: false,
      outputSchema: true,
      multiThread: true,
    };
  }

  /** The process ids of the Codex processes that this driver started and that still run. */
  get pids(): readonly number[] {
    const pid = this.#live?.lost === false ? this.#live.pid : undefined;
    return pid === undefined ? [] : [pid];
  }

  async open(options: OpenSessionOptions): Promise<AppServerSession> {
    options.signal?.throwIfAborted();
    const session = new AppServerSession(
      () => this.#connect(),
      options,
      {
        closed: () => this.#sessions.delete(session),
        waiting: (isWaiting) => {
          if (this.#joined !== undefined) this.#watchOverJoined(isWaiting);
          else if (isWaiting) this.#hold?.keep();
          else void this.#hold?.drop();
        },
        // Without a guardian nobody would ever end what is left behind.
        ...(this.#transport !== 'stdio' && {
          left: () => {
            this.#holdsTurn = true;
          },
        }),
      },
      this.#launch.home,
    );
    await session.attach();
    this.#sessions.add(session);
    return session;
  }

  get holdsTurn(): boolean {
    return this.#holdsTurn;
  }

  async auth(): Promise<AuthReport> {
    const known = providerAuth(this.#launch);
    if (known) return known;
    const { authMethod, requiresOpenaiAuth } = await this.#askAuth();
    if (authMethod != null) return { state: 'logged-in', method: authMethod };
    return requiresOpenaiAuth === false
      ? { state: 'not-needed' }
      : { state: 'logged-out', detail: 'Run "codex login".' };
  }

  async #askAuth(): Promise<z.infer<typeof authStatusSchema>> {
    // Nothing is refreshed, so nothing is sent.
    const params = { includeToken: false, refreshToken: false };
    const ask = async (): Promise<z.infer<typeof authStatusSchema>> => {
      const { peer } = await this.#connect();
      return peer.request('getAuthStatus', params, (result) => authStatusSchema.parse(result));
    };
    return ask().catch((error: unknown) => {
      // Another session's work may have ended the server while it was asked.
      if (!(error instanceof AppServerGoneError)) throw error;
      return ask();
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#sessions].map((session) => session.close()));
    await this.#opening?.catch(() => undefined);
    const live = this.#live;
    this.#live = undefined;
    if (this.#holdsTurn) {
      if (this.#joined !== undefined) this.#watchOverJoined(true);
      await this.#hold?.leave();
      live?.detach();
      return;
    }
    await this.#hold?.drop();
    // One that was joined is ended by its guardian, now that nothing holds it.
    if (this.#hold && live?.pid === undefined) await live?.ended(guardianMs);
    await live?.close();
    this.#guarding?.drop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #openConnection(): Promise<AppServerConnection> {
    const connection = await AppServerConnection.open(this.#launch, this.#transport);
    const { hold } = this.#transport === 'stdio' ? {} : this.#transport;
    if (connection.pid === undefined && hold) {
      this.#joined = (await guardianGroup(hold)) ?? 0;
      this.#watchOverJoined(false);
      // Its guardian lost its own client, and has nothing but the hold to go by.
      this.#hold?.keep();
    }
    return connection;
  }

  /** Has an app-server that was joined end with this process, unless an approval waits in it. */
  #watchOverJoined(isWaiting: boolean): void {
    if (!this.#joined) return;
    if (isWaiting) this.#guarding?.spare();
    else this.#guarding = guardGroup(this.#joined);
  }

  async #connect(): Promise<AppServerConnection> {
    if (this.#live && !this.#live.lost) return this.#live;
    this.#opening ??= this.#openConnection()
      .then((connection) => {
        this.#live = connection;
        return connection;
      })
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }
}
