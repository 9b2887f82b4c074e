import { createTeam } from '../src/index.js';
import { expect, test } from 'vitest';
import { Recording } from './recording-ctx.js';
import { approval, briefing, plan, request, responsesAt, scripted, teamOptions } from './world.js';

test('a replay of recorded steps asks no model, reads no diff and ends the same', async () => {
  const model = await scripted(
    {
      scene: 'route',
      when: { agent: 'You are the manager' },
      steps: [{ call: { name: 'transfer_to_reviewer', arguments: { reason: 'Time to look.' } } }],
    },
    { scene: 'review', when: { agent: 'You are the reviewer' }, steps: [{ json: approval }] },
  );
  const team = createTeam(teamOptions(responsesAt(model.baseUrl)));
  const recording = new Recording();
  const first = request(['builder', 'reviewer'], { ctx: recording.run() });
  const outcome = await team.handOff(first);
  await model.close();

  const again = request(['builder', 'reviewer'], {
    ctx: recording.run(),
    briefing: briefing({ readDiff: () => Promise.reject(new Error('read again')) }),
  });

  expect(await team.handOff(again)).toEqual(outcome);
  expect(again.spent).toEqual(first.spent);
  expect(recording.executed).toEqual(['manager.model', 'reviewer.model']);
});

test('a run that died between two model calls makes only the second again', async () => {
  const model = await scripted(
    { scene: 'repaired', when: { input: 'could not be used' }, steps: [{ json: plan }] },
    { scene: 'broken', steps: [{ say: 'no plan' }] },
  );
  const team = createTeam(teamOptions(responsesAt(model.baseUrl)));
  const recording = new Recording();
  await team.handOff(request(['planner'], { ctx: recording.run() }));
  recording.steps.pop();

  const outcome = await team.handOff(request(['planner'], { ctx: recording.run() }));

  expect(outcome).toMatchObject({ role: 'planner', plan });
  expect(model.report().exchanges.map(({ scene }) => scene)).toEqual(['broken', 'repaired', 'repaired']);
});

test('handoffs of several goals run beside each other on one team', async () => {
  const model = await scripted({ scene: 'plan', steps: [{ delayMs: 20 }, { json: plan }] });
  const team = createTeam(teamOptions(responsesAt(model.baseUrl)));

  const outcomes = await Promise.all(Array.from({ length: 8 }, () => team.handOff(request(['planner']))));

  expect(outcomes.map(({ role }) => role)).toEqual(Array(8).fill('planner'));
});
