import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FleetRecord } from '@codex-orch/core/goals';
import type { Scene } from '@codex-orch/replay';
import { planner, reviewer, type World } from './world.js';

/** A goal's file says what it is to hold, so that every goal's work can be told from every other's. */
const addFile = (id: string): string => `*** Begin Patch
*** Add File: src/${id}.js
+export const ${id.replaceAll('-', '_')} = '${id}';
*** End Patch`;

export const goalText = (id: string): string => `Write the file of <${id}>.`;

/** The builder of one goal, after whatever else it does first. */
export const goalBuilder = (id: string, ...before: Scene['steps']): Scene => ({
  scene: `builder of ${id}`,
  when: { input: `You are the builder.*Write the file of <${id}>` },
  steps: [...before, { applyPatch: addFile(id) }, { say: `Wrote ${id}.` }],
});

export const scenesFor = (ids: readonly string[], special: Readonly<Record<string, Scene>> = {}): Scene[] => [
  planner(),
  reviewer(),
  ...ids.map((id) => special[id] ?? goalBuilder(id)),
];

export interface FileGoal {
  readonly id: string;
  readonly depends_on?: readonly string[];
  readonly [key: string]: unknown;
}

/** Writes a goals file beside the repository. */
export async function writeGoals(world: World, goals: readonly FileGoal[], rest: object = {}): Promise<string> {
  const file = { schemaVersion: 1, ...rest, goals: goals.map((goal) => ({ goal: goalText(goal.id), ...goal })) };
  await world.write({ 'goals.json': JSON.stringify(file) });
  return 'goals.json';
}

export async function fleetOf(world: World): Promise<FleetRecord> {
  const folder = path.join(world.env['CODEX_ORCH_HOME'] ?? '', 'goals');
  const [latest = ''] = (await readdir(folder))
    .filter((name) => name.startsWith('goals-'))
    .sort()
    .reverse();
  return JSON.parse(await readFile(path.join(folder, latest, 'fleet.json'), 'utf8')) as FleetRecord;
}

export async function goalOf(world: World, id: string): Promise<FleetRecord['goals'][number]> {
  const goal = (await fleetOf(world)).goals.find((one) => one.id === id);
  if (!goal) throw new Error(`There is no goal ${id}.`);
  return goal;
}

/** The files that the diff of a goal's run changes. */
export async function diffOf(world: World, id: string): Promise<readonly string[]> {
  const { runId } = await goalOf(world, id);
  return ((await world.manifest(runId)).diff?.files ?? []).map((file) => file.path);
}

export const standings = async (world: World): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await fleetOf(world)).goals.map(({ id, standing }) => [id, standing]));

/** Makes a builder wait until {@link letGo} is called for its goal. */
export const waits = { shell: 'while [ ! -e go ]; do sleep 0.1; done; rm go', yieldMs: 30_000 } as const;

export async function letGo(world: World, id: string): Promise<void> {
  const { runId } = await goalOf(world, id);
  await writeFile(path.join(world.env['CODEX_ORCH_HOME'] ?? '', 'workspaces', runId, 'tree/go'), '');
}
