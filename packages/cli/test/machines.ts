import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '@codex-orch/core';
import type { OtherProcess, OtherProcesses } from './other-processes.js';
import type { Said, World } from './world.js';

const { DbosEngine } = await import('@codex-orch/engine-dbos');

/** A goal of a fleet as `--json` tells it from anywhere. */
export interface ToldGoal {
  readonly id: string;
  readonly runId: string;
  readonly standing: string;
  readonly asks: readonly string[];
  readonly base: string | null;
  readonly folder: string;
  readonly worker: string | null;
  readonly end: { readonly message: string } | null;
}

export interface ToldFleet {
  readonly fleetId: string;
  readonly over: boolean;
  readonly worker: string | null;
  readonly goals: readonly ToldGoal[];
}

export const toldBy = (said: Said): ToldFleet => said.json() as ToldFleet;

export const standingsOf = ({ goals }: ToldFleet): object =>
  Object.fromEntries(goals.map(({ id, standing }) => [id, standing]));

export function goalIn({ goals }: ToldFleet, wanted: string): ToldGoal {
  const found = goals.find(({ id }) => id === wanted);
  if (!found) throw new Error(`There is no goal ${wanted}.`);
  return found;
}

/** What one machine has that others have not. */
export interface MachineParts {
  readonly flags?: readonly string[];
  readonly config?: Config;
  readonly env?: NodeJS.ProcessEnv;
}

export interface MachinesOptions {
  readonly world: World;
  readonly processes: OtherProcesses;
  readonly url: string;
  /** One of its own for each test, so that they can share a database. */
  readonly queue: string;
}

/** Workers with clones and homes of their own, and the world's command line as the one of somebody who has neither. */
export class Machines {
  readonly #options: MachinesOptions;
  readonly #workers = new Map<string, OtherProcess>();

  constructor(options: MachinesOptions) {
    this.#options = options;
  }

  root(name: string): string {
    return path.join(this.#options.world.root, name);
  }

  async start(name: string, { flags = [], config, env: more }: MachineParts = {}): Promise<void> {
    const { world, processes, url, queue } = this.#options;
    const root = this.root(name);
    const clone = path.join(root, 'clone');
    await mkdir(path.join(root, 'home'), { recursive: true });
    const { status, stderr } = spawnSync('git', ['clone', '--quiet', world.repo, clone], { env: world.env });
    if (status !== 0) throw new Error(String(stderr));
    const env: NodeJS.ProcessEnv = {
      ...world.env,
      HOME: path.join(root, 'home'),
      CODEX_ORCH_HOME: path.join(root, 'state'),
      ...more,
    };
    if (config) {
      const file = path.join(root, 'config.json');
      await writeFile(file, JSON.stringify(config));
      env['CODEX_ORCH_CONFIG'] = file;
    }
    const own = ['--repo', clone, '--executor', `${queue}-${name}`, '--queue', queue];
    this.#workers.set(name, processes.command(['worker', '--database', url, ...own, ...flags], env));
  }

  /** Resolves when a worker has said something of this form. */
  async until(name: string, pattern: RegExp): Promise<void> {
    await this.#workers.get(name)?.until(pattern);
  }

  /** Which machine a worker is on. */
  nameOf(worker: string | null): string {
    return worker?.slice(this.#options.queue.length + 1) ?? '';
  }

  #processOf(name: string): OtherProcess['child'] {
    const child = this.#workers.get(name)?.child;
    if (!child) throw new Error(`There is no worker ${name}.`);
    return child;
  }

  /** Kills a worker, and lets its lease run out at once, as if it had been silent for long. */
  async kill(name: string): Promise<void> {
    const died = this.died(name);
    this.#processOf(name).kill('SIGKILL');
    await died;
  }

  /** Resolves when a worker has died by itself; its lease runs out at once, too. */
  async died(name: string): Promise<void> {
    const { url, queue } = this.#options;
    await once(this.#processOf(name), 'exit');
    await using engine = new DbosEngine({ url, version: '0' });
    await engine.database.query(`UPDATE codex_orch.workers SET lease_until = '-infinity' WHERE executor = $1`, [
      `${queue}-${name}`,
    ]);
  }

  args(...args: string[]): string[] {
    const { url, queue } = this.#options;
    return ['goals', ...args, '--database', url, '--queue', queue];
  }

  /** Calls `codex-orch goals …` about the goals of this queue. */
  goals(...args: string[]): Promise<Said> {
    return this.#options.world.run(...this.args(...args));
  }

  decide(what: 'approve' | 'reject', runId: string, ...more: string[]): Promise<Said> {
    const { url, world } = this.#options;
    return world.run(what, runId, '--database', url, ...more);
  }
}
