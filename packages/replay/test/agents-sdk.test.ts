import { Agent, tool } from '@openai/agents';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Scene, startReplay } from '../src/index.js';
import { runnerAt } from './agents.js';

const script: Scene[] = [
  { scene: 'manager', when: { agent: 'You manage' }, steps: [{ call: { name: 'transfer_to_builder' } }] },
  {
    scene: 'builder',
    when: { agent: 'You build' },
    steps: [{ call: { name: 'measure', arguments: { of: 'wall' } } }, { json: { length: 7 } }],
  },
];

const team = () => {
  const measured: string[] = [];
  const measure = tool({
    name: 'measure',
    description: 'Measures a thing.',
    parameters: z.object({ of: z.string() }),
    execute: ({ of }) => {
      measured.push(of);
      return '7 m';
    },
  });
  const builder = new Agent({
    name: 'builder',
    model: 'gpt-5.5',
    instructions: 'You build.',
    tools: [measure],
    outputType: z.object({ length: z.number() }),
  });
  return {
    measured,
    manager: Agent.create({ name: 'manager', model: 'gpt-5.5', instructions: 'You manage.', handoffs: [builder] }),
  };
};

test('the Agents SDK follows a scripted handoff, a tool call and a typed answer', async () => {
  await using server = await startReplay({ script });
  const { manager, measured } = team();

  const result = await runnerAt(server.baseUrl).run(manager, 'How long is the wall?');

  expect(result.finalOutput).toEqual({ length: 7 });
  expect(result.lastAgent?.name).toBe('builder');
  expect(measured).toEqual(['wall']);
  expect(server.report().exchanges.map(({ scene }) => scene)).toEqual(['manager', 'builder', 'builder']);
});

test('the Agents SDK gets the same over a stream, with text deltas and usage', async () => {
  await using server = await startReplay({ script });
  const { manager } = team();

  const result = await runnerAt(server.baseUrl).run(manager, 'How long is the wall?', { stream: true });
  let text = '';
  for await (const event of result) {
    if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta') text += event.data.delta;
  }
  await result.completed;

  expect(text).toBe('{"length":7}');
  expect(result.finalOutput).toEqual({ length: 7 });
  expect(result.state.usage.totalTokens).toBeGreaterThan(0);
});

test('one scene can script the whole run of several agents', async () => {
  await using server = await startReplay({
    script: [{ scene: 'all', steps: [{ call: { name: 'transfer_to_builder' } }, { json: { length: 1 } }] }],
  });

  const result = await runnerAt(server.baseUrl).run(team().manager, 'Go.');

  expect(result.finalOutput).toEqual({ length: 1 });
});

test('a retry of the OpenAI client is not a second turn', async () => {
  await using server = await startReplay({
    script: [
      { scene: 'first', times: 1, steps: [{ fail: { status: 500, times: 1 } }, { json: { length: 1 } }] },
      { scene: 'second', steps: [{ json: { length: 2 } }] },
    ],
  });

  const result = await runnerAt(server.baseUrl).run(team().manager, 'Go.');

  expect(result.finalOutput).toBe('{"length":1}');
  expect(server.report().exchanges.map(({ scene, status }) => [scene, status])).toEqual([
    ['first', 500],
    ['first', 200],
  ]);
});
