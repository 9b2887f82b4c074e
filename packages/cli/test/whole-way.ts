import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest } from '@codex-orch/core';
import type { World } from './world.js';

const bin = fileURLToPath(new URL('../bin/codex-orch.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** How a command is made to fail. */
export interface Fault {
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** A program, with its arguments, that runs the command. */
  readonly under?: readonly string[] | undefined;
  /** An argument of the one command that is made to fail, the first that has it; without it, all are that do not repeat another. */
  readonly only?: string | undefined;
  /** Whoever answered a request that is still open answers it again, and does not resume the run. */
  readonly answersAgain?: boolean | undefined;
}

/** Runs the built command as a process of its own. */
export async function codexOrch(
  world: World,
  args: readonly string[],
  { env, under = [] }: Fault = {},
): Promise<Ended> {
  const [file = '', ...rest] = [...under, process.execPath, bin, ...args];
  const child = spawn(file, rest, {
    cwd: world.repo,
    env: { ...world.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  // A program that runs the command reports its death as the shell does.
  return { code, signal: signal ?? (code === 137 ? 'SIGKILL' : null), output };
}

/** What a finished run leaves that must not depend on crashes. */
export interface Outcome {
  readonly state: string;
  readonly diff: string | undefined;
  readonly turns: number;
  readonly approvals: number;
  readonly appliedTo: number;
  readonly events: readonly string[];
  readonly checkout: string;
}

interface Line {
  readonly type: string;
  readonly data: {
    readonly op?: string;
    readonly decision?: string;
    readonly approval?: { readonly by: { readonly actor: string } };
  };
}

const logOf = async (world: World, { taskId, runId }: Manifest, file: string): Promise<Line[]> =>
  (await readFile(path.join(world.repo, '.runs', taskId, runId, file), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

export async function outcomeOf(world: World): Promise<Outcome> {
  const manifest = await world.manifest();
  const events = await logOf(world, manifest, 'events.jsonl');
  return {
    state: manifest.state,
    diff: manifest.diff?.sha256,
    turns: manifest.budget.used.turns,
    approvals: manifest.approvals.length,
    appliedTo: manifest.appliedTo.length,
    // A transcript goes on in the file it has, and is recorded as often as somebody closes it.
    events: events.map(({ type }) => type).filter((type) => type !== 'artifact.recorded'),
    checkout: world.git('status', '--porcelain', '--untracked-files=all') + world.git('diff'),
  };
}

/** What a run cost; prompts differ by a few tokens, as test times and notes on crashes are in them. */
export const tokensOf = async (world: World): Promise<number> => (await world.manifest()).budget.used.totalTokens;

/** The steps that ran again after they had a result; there must be none. */
export async function repeatedSteps(world: World): Promise<readonly string[]> {
  const ended = new Set<string>();
  const repeated: string[] = [];
  for (const { type, data } of await logOf(world, await world.manifest(), 'journal.jsonl')) {
    if (type === 'result') ended.add(data.op ?? '');
    if (type === 'attempt' && ended.has(data.op ?? '')) repeated.push(data.op ?? '');
  }
  return repeated;
}

/** What Codex was told whenever it asked to leave its sandbox, and by whom: the answers on record. */
export async function answersOf(world: World): Promise<readonly string[]> {
  const events = await logOf(world, await world.manifest(), 'events.jsonl');
  return events
    .filter(({ type }) => type === 'elevation.decided')
    .map(({ data }) => `${data.decision} by ${data.approval?.by.actor ?? 'nobody'}`);
}

/** Goes the whole way from a goal to the applied diff; whatever fails of it is taken up again as a user would. */
export async function wholeWay(
  world: World,
  fault?: Fault,
): Promise<{ readonly failed: readonly Ended[]; readonly said: string }> {
  const failed: Ended[] = [];
  let said = '';
  const call = async (args: readonly string[], how?: Fault): Promise<Ended> => {
    const ended = await codexOrch(world, args, how);
    said += `$ codex-orch ${args.join(' ')}\n${ended.output}`;
    return ended;
  };
  const attempt = async (expected: number, ...args: string[]): Promise<boolean> => {
    const strikes = fault?.only === undefined || (failed.length === 0 && args.includes(fault.only));
    const ended = await call(args, strikes ? fault : undefined);
    if (ended.code === expected && ended.signal === null) return true;
    failed.push(ended);
    return false;
  };

  if (!(await attempt(3, 'run', 'do it'))) {
    const resumed = await call(['resume']);
    // It failed before the run was durable: there is nothing to resume, and nothing was done.
    if (/\[(unknown-run|run-empty)\]/.test(resumed.output)) await call(['run', 'do it']);
  }
  const waiting = async (): Promise<string | undefined> => (await world.manifest()).elevations[0]?.id;
  let answers = 0;
  for (let id = await waiting(); id !== undefined && answers < 3; id = await waiting()) {
    answers += 1;
    const approve = ['approve', 'latest', '--request', id];
    if (await attempt(3, ...approve)) continue;
    const again = fault?.answersAgain === true && (await waiting()) === id;
    await call(again ? approve : ['resume']);
  }
  const state = async (): Promise<string> => (await world.manifest()).state;
  if ((await state()) === 'awaiting-approval' && !(await attempt(0, 'approve', 'latest'))) {
    await call(['resume']);
    if ((await state()) === 'awaiting-approval') await call(['approve', 'latest']);
  }
  if ((await state()) === 'done' && !(await attempt(0, 'apply', 'latest'))) await call(['apply', 'latest']);
  return { failed, said };
}
