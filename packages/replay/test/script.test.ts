import { describe, expect, test } from 'vitest';
import { CassetteInvalidError, type Scene, startReplay, type Step } from '../src/index.js';
import { type Answer, ask, environment, gist, post, refusal, userSays } from './ask.js';

const execCommand = {
  type: 'function',
  name: 'exec_command',
  parameters: { properties: { cmd: {}, sandbox_permissions: {} } },
};
const one = (...steps: Step[]): { script: Scene[] } => ({ script: [{ scene: 'only', steps }] });

/** The transcript after the client has done what the answer asked for. */
const after = (input: readonly object[], answer: Answer): object[] => [
  ...input,
  ...answer.output,
  ...answer.output.flatMap(({ call_id }) =>
    call_id === undefined ? [] : [{ type: 'function_call_output', call_id, output: 'done' }],
  ),
];

describe('the position in a scene', () => {
  test('is read off the transcript, also by a server that has just started', async () => {
    const script = one({ shell: 'a' }, { shell: 'b' }, { say: 'end' });
    const input = [userSays('go')];
    await using first = await startReplay(script);
    const a = await ask(first, { input, tools: [execCommand] });
    const b = await ask(first, { input: after(input, a), tools: [execCommand] });

    await using second = await startReplay(script);
    const end = await ask(second, { input: after(after(input, a), b), tools: [execCommand] });

    expect([a, b, end].map(gist)).toEqual([['exec_command {"cmd":"a"}'], ['exec_command {"cmd":"b"}'], ['end']]);
  });

  test('begins anew when the user speaks again', async () => {
    await using server = await startReplay(one({ shell: 'a' }, { say: 'end' }));
    const input = [userSays('go')];
    const first = await ask(server, { input, tools: [execCommand] });
    const next = await ask(server, { input: [...after(input, first), userSays('again')], tools: [execCommand] });

    expect(gist(next)).toEqual(gist(first));
    expect(next.output[0]?.call_id).not.toBe(first.output[0]?.call_id);
  });

  test('is not moved by the calls of another agent', async () => {
    await using server = await startReplay(one({ say: 'mine' }));
    const foreign = [
      { type: 'function_call', call_id: 'call_x', name: 'transfer', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_x', output: '' },
    ];

    expect(gist(await ask(server, { input: [userSays('go'), ...foreign] }))).toEqual(['mine']);
  });
});

describe('the choice of a scene', () => {
  const script: Scene[] = [
    { scene: 'review', when: { agent: 'reviewer' }, times: 1, steps: [{ json: 'revise' }] },
    { scene: 'review again', when: { agent: 'reviewer' }, steps: [{ json: 'approve' }] },
    { scene: 'greet', when: { input: '^hello' }, steps: [{ say: 'hi' }] },
  ];

  test('goes by agent, input and order, and passes over what is used up', async () => {
    await using server = await startReplay({ script });
    const review = { instructions: 'You are a reviewer', input: [userSays('look')] };

    expect(gist(await ask(server, review))).toEqual(['"revise"']);
    expect(gist(await ask(server, review))).toEqual(['"approve"']);
    expect(
      gist(await ask(server, { input: [{ role: 'system', content: 'a reviewer too' }, userSays('look')] })),
    ).toEqual(['"approve"']);
    expect(gist(await ask(server, { input: 'hello there' }))).toEqual(['hi']);
  });

  test('does not take what Codex says in the user’s name for the user’s words', async () => {
    await using server = await startReplay({ script });
    const input = [
      userSays('hello'),
      environment('/work'),
      userSays('# AGENTS.md instructions for /work\nBe kind.'),
      userSays('<turn_aborted>x</turn_aborted>'),
    ];

    expect(gist(await ask(server, { input }))).toEqual(['hi']);
  });

  test('gives a scene that has begun to the same thread until its end', async () => {
    const limited: Scene[] = [
      { scene: 'once', times: 1, steps: [{ shell: 'a' }, { say: 'once' }] },
      { scene: 'later', steps: [{ say: 'later' }] },
    ];
    await using server = await startReplay({ script: limited });
    const input = [userSays('go')];
    const begun = await ask(server, { input, tools: [execCommand], prompt_cache_key: 'thread 1' });
    const other = await ask(server, { input, tools: [execCommand], prompt_cache_key: 'thread 2' });
    const again = await ask(server, { input, tools: [execCommand], prompt_cache_key: 'thread 1' });
    const ended = await ask(server, { input: after(input, begun), tools: [execCommand], prompt_cache_key: 'thread 1' });

    expect(gist(again)).toEqual(gist(begun));
    expect([other, ended].map(gist)).toEqual([['later'], ['once']]);
  });

  test('refuses a request that no scene is for, and says what was expected and what came', async () => {
    await using server = await startReplay({ script: script.slice(2) });
    const { status, error } = await refusal(server, { instructions: 'You are a planner', input: 'bye' });

    expect(status).toBe(400);
    expect(error['expected']).toEqual([{ scene: 'greet', when: { input: '^hello' }, why: 'does not match' }]);
    expect(error['got']).toEqual({ agent: 'You are a planner', input: 'bye' });
    expect(error.message).toContain('"greet" does not match {"input":"^hello"}');
    expect(server.report()).toMatchObject({
      mode: 'script',
      misses: 1,
      exchanges: [{ n: 1, match: 'miss', status: 400 }],
    });
  });
});

describe('the tool of a step', () => {
  const cases: [string, Step, object[], object][] = [
    [
      'exec_command',
      { shell: 'ls', workdir: '/w', yieldMs: 500 },
      [execCommand],
      { name: 'exec_command', arguments: '{"cmd":"ls","workdir":"/w","yield_time_ms":500}' },
    ],
    [
      'shell_command',
      { shell: 'ls' },
      [{ type: 'function', name: 'shell_command' }],
      { name: 'shell_command', arguments: '{"command":"ls"}' },
    ],
    [
      'shell',
      { shell: 'ls' },
      [{ type: 'function', name: 'shell' }],
      { name: 'shell', arguments: '{"command":["bash","-lc","ls"]}' },
    ],
    [
      'exec_command that asks to leave the sandbox',
      { escalate: { command: 'ls', justification: 'must' } },
      [execCommand],
      { arguments: '{"cmd":"ls","sandbox_permissions":"require_escalated","justification":"must"}' },
    ],
    [
      'apply_patch as a custom tool',
      { applyPatch: 'P' },
      [execCommand, { type: 'custom', name: 'apply_patch' }],
      { type: 'custom_tool_call', name: 'apply_patch', input: 'P' },
    ],
    [
      'apply_patch as a function',
      { applyPatch: 'P' },
      [execCommand, { type: 'function', name: 'apply_patch' }],
      { type: 'function_call', arguments: '{"input":"P"}' },
    ],
    [
      'apply_patch through the shell',
      { applyPatch: 'P' },
      [execCommand],
      { arguments: JSON.stringify({ cmd: "apply_patch <<'EOF'\nP\nEOF\n" }) },
    ],
  ];

  test.each(cases)('is %s where the request offers that', async (_name, step, tools, expected) => {
    await using server = await startReplay(one(step));
    const answer = await ask(server, { input: 'go', tools });

    expect(answer.output[0]).toMatchObject(expected);
  });

  test('is named in the refusal when the request does not offer it', async () => {
    await using server = await startReplay(one({ say: 'so' }, { call: { name: 'transfer_to_x' } }));
    const { status, error } = await refusal(server, { input: 'go', tools: [execCommand] });

    expect(status).toBe(400);
    expect(error.message).toBe(
      'Scene "only", step 1 or after: this step calls transfer_to_x; the request offers: exec_command.',
    );
  });
});

test('${cwd} is the newest working folder that Codex told, and an error without one', async () => {
  await using server = await startReplay(one({ say: 'in ${cwd}, not ${HOME}' }));

  expect(gist(await ask(server, { input: [environment('/old'), environment('/new'), userSays('go')] }))).toEqual([
    'in /new, not ${HOME}',
  ]);
  expect((await refusal(server, { input: 'go' })).error.message).toContain('no <environment_context>');
});

test('usage is counted the same each time, never zero, and can be scripted', async () => {
  await using server = await startReplay({
    script: [
      { scene: 'told', when: { input: 'told' }, steps: [{ say: 'x', usage: { input: 3, output: 4 } }] },
      { scene: 'counted', steps: [{ say: 'x' }] },
    ],
  });

  expect((await ask(server, { input: 'told' })).usage).toMatchObject({
    input_tokens: 3,
    output_tokens: 4,
    total_tokens: 7,
  });
  const counted = await ask(server, { input: 'go' });
  expect(counted.usage.input_tokens).toBeGreaterThan(0);
  expect(counted.usage.output_tokens).toBeGreaterThan(0);
  expect((await ask(server, { input: 'go' })).usage).toEqual(counted.usage);
});

test('a request that is none of the API’s is refused with the reason', async () => {
  await using server = await startReplay(one({ say: 'x' }));
  const status = async (path: string, init?: RequestInit) => (await fetch(`${server.baseUrl}${path}`, init)).status;

  expect((await refusal(server, { input: 5 })).error.message).toMatch(/^Not a Responses request: input: /);
  expect(await status('/chat/completions', { method: 'POST', body: '{}' })).toBe(404);
  expect(await status('/responses', { method: 'POST', body: 'nonsense' })).toBe(400);
  expect((await post(server, {}, { 'content-encoding': 'zstd' })).status).toBe(415);
  expect(await (await fetch(`${server.baseUrl}/models`)).json()).toMatchObject({
    object: 'list',
    data: [{ id: 'gpt-5.5' }],
  });
});

test.each<[string, unknown, string]>([
  [
    'an unknown step',
    { scene: 'a', steps: [{ shout: 'x' }] },
    '"steps[0]": a step has exactly one of say, json, shell',
  ],
  ['two steps in one', { scene: 'a', steps: [{ say: 'x', shell: 'y' }] }, 'this one has say and shell'],
  [
    'a key that a step does not have',
    { scene: 'a', steps: [{ say: 'x', loud: true }] },
    '"steps[0]": there is no field "loud"',
  ],
  [
    'a bad pattern',
    { scene: 'a', when: { input: '(' }, steps: [{ say: 'x' }] },
    '"when.input": must be a valid regular expression',
  ],
  ['no steps', { scene: 'a', steps: [] }, '"steps": must not be empty'],
])('a script with %s is refused by place', async (_name, scene, problem) => {
  const error: unknown = await startReplay({
    script: [{ scene: 'fine', steps: [{ say: 'x' }] }, scene as Scene],
  }).catch((caught: unknown) => caught);

  expect(error).toBeInstanceOf(CassetteInvalidError);
  expect((error as CassetteInvalidError).message).toContain(`scene 2 of the script: `);
  expect((error as CassetteInvalidError).message).toContain(problem);
});
