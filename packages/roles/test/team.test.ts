import { createTeam } from '../src/index.js';
import { expect, test } from 'vitest';
import {
  approval,
  briefing,
  offer,
  passing,
  plan,
  planWith,
  request,
  responsesAt,
  scripted,
  teamOptions,
} from './world.js';

const manager = 'You are the manager';
const planner = 'You are the planner';

test('the planner answers with a plan, and what it cost is reported', async () => {
  const model = await scripted({
    scene: 'plan',
    when: { agent: planner, input: 'Say hello.*greet\\.txt' },
    steps: [{ json: plan, usage: { input: 90, output: 10 } }],
  });
  const asked = request(['planner']);

  const outcome = await createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(asked);

  const subtasks = plan.subtasks.map((subtask) => ({ ...subtask, asset: null }));
  expect(outcome).toEqual({
    role: 'planner',
    plan: { ...plan, subtasks },
    chosenBy: 'only-legal',
    reason: undefined,
  });
  expect(asked.spent).toEqual([
    { role: 'planner', usage: { inputTokens: 90, cachedInputTokens: 0, outputTokens: 10, totalTokens: 100 } },
  ]);
});

test('no model is asked where only one handoff is legal', async () => {
  const model = await scripted({ scene: 'anything', steps: [{ say: 'hello' }] });

  const outcome = await createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(request(['tester']));

  expect(outcome).toEqual({ role: 'tester', tests: passing, chosenBy: 'only-legal', reason: undefined });
  expect(model.report().exchanges).toEqual([]);
});

test('the manager chooses between legal handoffs and says why', async () => {
  const model = await scripted(
    {
      scene: 'route',
      when: { agent: manager },
      steps: [
        {
          call: { name: 'transfer_to_reviewer', arguments: { reason: 'The tests pass.' } },
          usage: { input: 5, output: 1 },
        },
      ],
    },
    {
      scene: 'review',
      when: { agent: 'You are the reviewer', input: '\\+hello' },
      steps: [{ json: approval, usage: { input: 7, output: 2 } }],
    },
  );
  const asked = request(['builder', 'reviewer'], { briefing: briefing({ tests: passing }) });

  const outcome = await createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(asked);

  expect(outcome).toEqual({ role: 'reviewer', review: approval, chosenBy: 'manager', reason: 'The tests pass.' });
  expect(asked.spent.map(({ role, usage }) => [role, usage.totalTokens])).toEqual([
    ['manager', 6],
    ['reviewer', 9],
  ]);
});

test('the manager is offered the legal handoffs and no other', async () => {
  const model = await scripted({
    scene: 'route',
    when: { agent: manager },
    steps: [{ call: { name: 'transfer_to_tester', arguments: { reason: 'Skip the rest.' } } }],
  });

  const handOff = createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(request(['builder', 'reviewer']));

  await expect(handOff).rejects.toThrow(
    /calls transfer_to_tester; the request offers: transfer_to_builder, transfer_to_reviewer/,
  );
});

test('a choice that is no legal handoff is corrected once', async () => {
  const model = await scripted(
    {
      scene: 'corrected',
      when: { agent: manager, input: 'no possible handoff.*exactly one of: tester, escalate' },
      steps: [{ call: { name: 'transfer_to_tester', arguments: { reason: 'As told.' } } }],
    },
    { scene: 'wrong', when: { agent: manager }, steps: [{ json: { handoff: 'builder', reason: 'I like to build.' } }] },
  );
  const asked = request(['tester', 'escalate']);

  const outcome = await createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(asked);

  expect(outcome).toMatchObject({ role: 'tester', chosenBy: 'manager', reason: 'As told.' });
  expect(asked.spent.map(({ role }) => role)).toEqual(['manager', 'manager']);
});

test('a second choice that is no legal handoff is refused', async () => {
  const model = await scripted({
    scene: 'stubborn',
    steps: [{ json: { handoff: 'builder', reason: 'I like to build.' } }],
  });

  const handOff = createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(request(['tester', 'escalate']));

  await expect(handOff).rejects.toMatchObject({
    code: 'handoff-illegal',
    message: expect.stringContaining('none of tester, escalate') as string,
  });
  expect(model.report().exchanges).toHaveLength(2);
});

test('the manager escalates with its own words', async () => {
  const model = await scripted({
    scene: 'route',
    steps: [{ call: { name: 'transfer_to_escalate', arguments: { reason: 'The goal contradicts itself.' } } }],
  });

  const outcome = await createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(request(['planner', 'escalate']));

  expect(outcome).toMatchObject({ role: 'escalate', message: 'The goal contradicts itself.' });
});

test('an escalation that is the only way left says what the problem is', async () => {
  const model = await scripted({ scene: 'unused', steps: [{ say: '' }] });
  const asked = request(['escalate'], { briefing: briefing({ problem: 'The budget is spent.' }) });

  const outcome = await createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(asked);

  expect(outcome).toMatchObject({ role: 'escalate', message: 'The budget is spent.', chosenBy: 'only-legal' });
});

test('a request without a legal handoff is an error', async () => {
  const model = await scripted({ scene: 'unused', steps: [{ say: '' }] });

  await expect(createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(request([]))).rejects.toMatchObject({
    code: 'handoff-illegal',
  });
});

test('an answer against its schema is repaired once, with the error in view', async () => {
  const model = await scripted(
    {
      scene: 'repaired',
      when: { input: 'could not be used.*subtasks' },
      steps: [{ say: `\`\`\`json\n${JSON.stringify(plan)}\n\`\`\`` }],
    },
    { scene: 'broken', steps: [{ json: { summary: 'No subtasks.', subtasks: [] } }] },
  );
  const asked = request(['planner']);

  const outcome = await createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(asked);

  expect(outcome).toMatchObject({ role: 'planner', plan });
  expect(asked.spent.map(({ role }) => role)).toEqual(['planner', 'planner']);
});

test('an answer that stays against its schema fails, and both calls are paid for', async () => {
  const model = await scripted({ scene: 'broken', steps: [{ say: 'I would rather talk about the weather.' }] });
  const asked = request(['planner']);

  const handOff = createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(asked);

  await expect(handOff).rejects.toMatchObject({
    code: 'model-bad-output',
    message: expect.stringContaining('it is not JSON') as string,
  });
  expect(asked.spent).toHaveLength(2);
  expect(model.report().exchanges).toHaveLength(2);
});

const offering = () => request(['planner'], { briefing: briefing({ offers: [offer] }) });

test('the planner sees the assets that are offered, and names one', async () => {
  const answer = planWith({ options: '{"language":"fr"}' });
  const model = await scripted({
    scene: 'plan',
    when: { agent: planner, input: 'greet-politely.*Where greetings are rude.*"language"' },
    steps: [{ json: answer }],
  });

  const outcome = await createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(offering());

  expect(outcome).toMatchObject({ role: 'planner', plan: answer });
});

test.each([
  ['an asset that is not offered', { id: 'greet-rudely' }, 'There is no asset "greet-rudely"'],
  ['options that the asset does not take', { options: '{"lang":"fr"}' }, 'The options of asset "greet-politely"'],
])('a planner that names %s is told, and answers again', async (_what, wrong, told) => {
  const model = await scripted(
    { scene: 'repaired', when: { input: `could not be used.*${told}` }, steps: [{ json: planWith({}) }] },
    { scene: 'wrong', when: { agent: planner }, steps: [{ json: planWith(wrong) }] },
  );
  const asked = offering();

  const outcome = await createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(asked);

  expect(outcome).toMatchObject({ plan: planWith({}) });
  expect(asked.spent).toHaveLength(2);
});

test('a planner that insists on an asset that is not offered is left to whoever runs the goal', async () => {
  const model = await scripted({ scene: 'stubborn', steps: [{ json: planWith({ id: 'greet-rudely' }) }] });

  const outcome = await createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(offering());

  expect(outcome).toMatchObject({ role: 'planner', plan: planWith({ id: 'greet-rudely' }) });
});

test('a plan cannot name an asset where none is offered', async () => {
  const model = await scripted({ scene: 'wrong', steps: [{ json: planWith({}) }] });

  const handOff = createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(request(['planner']));

  await expect(handOff).rejects.toMatchObject({
    code: 'model-bad-output',
    message: expect.stringContaining('"asset"') as string,
  });
});
