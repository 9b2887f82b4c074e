import { expect, it } from 'vitest';
import type { Stage } from './journey.js';
import { chosen, parseCall, survey } from './points.js';
import { callAt, type CallPoint, killAt } from './strace.js';
import { type Disturbance, givenRoute, routesOver, sweep } from './sweep.js';

const kill = (stage: Stage, point: CallPoint): Disturbance => ({
  name: `${stage}:${callAt(point)}`,
  fault: () => killAt(point),
  reached: ({ signal }) => signal === 'SIGKILL',
  codes: ['killed'],
});

it('a command that is killed at any of its mutating system calls recovers, and leaves nothing', async () => {
  const undisturbed = await survey();
  const given = givenRoute((stage, text) => kill(stage, parseCall(text)));
  const routes = given ? [given] : routesOver(chosen(undisturbed.points, kill));
  const options = { title: 'Killed at mutating system calls', again: 'kill' };
  expect(await sweep(options, routes, undisturbed)).toEqual([]);
}, 7_200_000);
