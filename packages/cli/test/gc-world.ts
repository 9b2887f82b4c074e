import path from 'node:path';
import { expect } from 'vitest';
import type { Garbage } from '../src/gc/collect-garbage.js';
import type { World } from './world.js';

/** What the data of `gc` adds to what was collected. */
export type Collected = Garbage & { readonly freedBytes: number };

/** A place in the home of the orchestrator. */
export const inState = (world: World, ...names: readonly string[]): string => path.join(world.root, 'state', ...names);

export async function collect(world: World, ...args: readonly string[]): Promise<Collected> {
  const said = await world.run('gc', '--json', ...args);
  expect(said.code, said.err + said.out).toBe(0);
  return said.json() as Collected;
}

/** Why something of this id was kept. */
export const why = ({ kept }: Garbage, id: string): string | undefined => kept.find(({ runId }) => runId === id)?.why;

/** The kinds of what was removed of this id. */
export const gone = ({ removed }: Garbage, id: string): string[] =>
  removed.filter(({ runId }) => runId === id).map(({ kind }) => kind);
