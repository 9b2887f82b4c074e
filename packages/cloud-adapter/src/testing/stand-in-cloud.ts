import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listItem, siblingTurns, taskDetails } from './task-view.js';

/** An answer that is not the usual one. */
export interface OddAnswer {
  readonly status: number;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export type Moment = 'pending' | 'ready' | 'failed' | OddAnswer;

/** The life of a task. */
export interface ScriptedTask {
  /** What each look at its status finds; the last one holds for ever. Ready at once when absent. */
  readonly life?: readonly Moment[] | undefined;
  /** The diff of each attempt, in order; null for one that made none. */
  readonly diffs?: readonly (string | null)[] | undefined;
  /** The first line of the prompt by default; Codex Cloud can find words of its own. */
  readonly title?: string | undefined;
}

export interface StandInEnvironment {
  readonly id: string;
  readonly label: string;
}

/** A task that was submitted. */
export interface StandInTask extends ScriptedTask {
  readonly id: string;
  readonly prompt: string;
  readonly environment: StandInEnvironment | undefined;
  readonly branch: string;
  readonly attempts: number;
  readonly startingDiff: string | undefined;
  /** In milliseconds since the epoch. */
  readonly createdAt: number;
  /** How often its status was asked for. */
  looks: number;
}

export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  /** The subcommand of `codex cloud` that sent it. */
  readonly command: string;
}

export interface StandInOptions {
  readonly environments?: readonly StandInEnvironment[] | undefined;
  /** The life of each task that is submitted. */
  readonly script?: ((prompt: string, index: number) => ScriptedTask) | undefined;
  /** Answers in place of the stand-in. */
  readonly intercept?: ((request: StandInRequest) => OddAnswer | undefined) | undefined;
  /** Whether a submission is answered; one that is not has made its task all the same. */
  readonly answersSubmission?: ((task: StandInTask) => boolean) | undefined;
}

/**
 * Stands in for Codex Cloud in tests: the paths of `chatgpt.com/backend-api/wham` that `codex cloud` uses, on loopback, with tasks
 * whose lives are scripted. It runs nothing. Codex up to 0.151 can be led to it with `CODEX_CLOUD_TASKS_BASE_URL`.
 *
 * Protocol: codex-rs/backend-client and codex-rs/cloud-tasks of openai/codex.
 */
export class StandInCloud implements AsyncDisposable {
  readonly tasks: StandInTask[] = [];
  readonly requests: StandInRequest[] = [];
  /** For `CODEX_CLOUD_TASKS_BASE_URL`. */
  readonly baseUrl: string;
  readonly #server: ReturnType<typeof createServer>;
  readonly #options: StandInOptions;

  private constructor(server: ReturnType<typeof createServer>, options: StandInOptions) {
    this.#server = server;
    this.#options = options;
    this.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/backend-api`;
  }

  static async start(options: StandInOptions = {}): Promise<StandInCloud> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const cloud = new StandInCloud(server, options);
    server.on('request', (request, response) => void cloud.#handle(request, response));
    return cloud;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
    const [, command = ''] = /\(codex_cloud_tasks_(\w+)\)/.exec(request.headers['user-agent'] ?? '') ?? [];
    const seen = { method: request.method ?? '', path: pathname, command };
    this.requests.push(seen);
    const answer = this.#options.intercept?.(seen) ?? this.#answer(seen, body, searchParams);
    if (!answer) return;
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body ?? '');
  }

  /** Undefined for silence. */
  #answer(request: StandInRequest, body: string, query: URLSearchParams): OddAnswer | undefined {
    const path = request.path.replace(/^\/backend-api\/wham\//, '');
    if (path.startsWith('environments')) return ok(this.#environments);
    if (path === 'tasks' && request.method === 'POST') return this.#create(body);
    if (path === 'tasks/list') {
      const limit = Number(query.get('limit') ?? 20);
      const at = Number(query.get('cursor') ?? 0);
      const newest = this.tasks.toReversed();
      const next = at + limit < newest.length ? String(at + limit) : null;
      return ok({ items: newest.slice(at, at + limit).map(listItem), cursor: next });
    }
    const [, id, siblings] = /^tasks\/([^/]+)(\/turns\/[^/]+\/sibling_turns)?$/.exec(path) ?? [];
    const task = this.tasks.find((known) => known.id === id);
    if (!task) return { status: 404, body: '{"detail":"Not found"}' };
    if (siblings !== undefined) return ok(siblingTurns(task));
    if (request.command === 'status') task.looks += 1;
    const moment = momentOf(task);
    if (typeof moment === 'string') return ok(taskDetails(task, moment));
    return request.command === 'status' ? moment : ok(taskDetails(task, 'pending'));
  }

  get #environments(): readonly StandInEnvironment[] {
    return this.#options.environments ?? [{ id: 'env_1', label: 'acme/shop' }];
  }

  #create(body: string): OddAnswer | undefined {
    const { new_task: wanted, input_items: items, metadata } = JSON.parse(body) as Submission;
    const prompt = items.flatMap(({ content = [] }) => content.map(({ text }) => text)).join('\n');
    const task: StandInTask = {
      id: `task_e_${this.tasks.length + 1}`,
      prompt,
      environment: this.#environments.find(({ id }) => id === wanted.environment_id),
      branch: wanted.branch,
      attempts: metadata?.best_of_n ?? 1,
      startingDiff: items.find(({ output_diff: diff }) => diff)?.output_diff?.diff,
      createdAt: Date.now(),
      looks: 0,
      ...this.#options.script?.(prompt, this.tasks.length),
    };
    this.tasks.push(task);
    if (this.#options.answersSubmission?.(task) === false) return undefined;
    return ok({ task: { id: task.id } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await Promise.resolve();
  }
}

interface Submission {
  readonly new_task: { readonly environment_id: string; readonly branch: string };
  readonly input_items: readonly {
    readonly content?: readonly { readonly text: string }[];
    readonly output_diff?: { readonly diff: string };
  }[];
  readonly metadata?: { readonly best_of_n: number };
}

const ok = (data: unknown): OddAnswer => ({ status: 200, body: JSON.stringify(data) });

function momentOf({ life = ['ready'], looks }: StandInTask): Moment {
  return life[Math.max(0, Math.min(looks, life.length) - 1)] ?? 'ready';
}
