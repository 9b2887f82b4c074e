import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Stage } from './journey.js';
import { canMount, onFullDisk, type Place, readOnlyDisk } from './mount.js';
import { chosen, parseCall, survey } from './points.js';
import { callAt, type CallPoint, failAt, hasFailed } from './strace.js';
import { type Disturbance, givenRoute, type Route, routesOver, sweep } from './sweep.js';

const patience = 7_200_000;

/** Cannot create, and input or output error. */
const codes = [73, 74] as const;

const undisturbed = await survey();

const logOf = (root: string, stage: Stage): string => path.join(root, `strace-${stage}.log`);

const failToSync = (stage: Stage, point: CallPoint): Disturbance => ({
  name: `${stage}:${callAt(point)}`,
  fault: ({ root }) => failAt(point, 'EIO', logOf(root, stage)),
  reached: (_, { root }) => hasFailed(logOf(root, stage)),
  codes,
});

it(
  'a sync that fails stops the command, which goes on when the disk is well again',
  async () => {
    const syncs = Object.fromEntries(
      Object.entries(undisturbed.points).map(([stage, points]) => [
        stage,
        points.filter(({ call }) => ['fsync', 'fdatasync'].includes(call)),
      ]),
    ) as unknown as typeof undisturbed.points;
    const given = givenRoute((stage, text) => failToSync(stage, parseCall(text)));
    const routes = given ? [given] : routesOver(chosen(syncs, failToSync));
    const options = { title: 'Failed fsync and fdatasync', again: `disk -t 'a sync'` };
    expect(await sweep(options, routes, undisturbed)).toEqual([]);
  },
  patience,
);

const stages: readonly Stage[] = ['run', 'approve', 'apply'];

const everywhere = (disturb: (stage: Stage) => Disturbance): Route =>
  Object.fromEntries(stages.map((stage) => [stage, disturb(stage)]));

/** KiB that are left, from none to more than a run needs. */
const rooms: Readonly<Record<Place, readonly number[]>> = {
  runs: [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 48, 64],
  state: [0, 4, 8, 12, 16, 20, 24, 32, 40, 48],
};

describe.each(['runs', 'state'] as const)('in the folder of the %s', (place) => {
  it(
    'a disk that is full stops the command, which goes on when there is room',
    async () => {
      expect(canMount(), 'this needs the right to mount').toBe(true);
      const fill = (stage: Stage, room: number): Disturbance => ({
        name: `${stage}:${room}`,
        fault: (world) => onFullDisk(world, place, room),
        reached: () => true,
        codes,
      });
      const given = givenRoute((stage, text) => fill(stage, Number(text)));
      const routes = given ? [given] : rooms[place].map((room) => everywhere((stage) => fill(stage, room)));
      const options = { title: `Full disk, ${place}`, again: `disk -t '${place} a disk that is full'` };
      expect(await sweep(options, routes, undisturbed)).toEqual([]);
    },
    patience,
  );

  it(
    'a disk that is read-only stops the command, which goes on when it can be written',
    async () => {
      expect(canMount(), 'this needs the right to mount').toBe(true);
      const forbid = (stage: Stage): Disturbance => ({
        name: `${stage}:read-only`,
        fault: (world) => readOnlyDisk(world, place),
        reached: () => true,
        codes,
      });
      const options = { title: `Read-only disk, ${place}`, again: `disk -t '${place} a disk that is read-only'` };
      expect(await sweep(options, [givenRoute(forbid) ?? everywhere(forbid)], undisturbed)).toEqual([]);
    },
    patience,
  );
});
