import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Agent } from '@openai/agents';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  CassetteTargetTakenError,
  readCassette,
  type ReplayReport,
  type ReplayServer,
  type Scene,
  startReplay,
  UpstreamUrlError,
} from '../src/index.js';
import { runnerAt } from './agents.js';
import { ask, gist, post, refusal } from './ask.js';
import { codexBinaries, codexExec, temporaryFolder } from './codex.js';

const script: Scene[] = [
  { scene: 'manager', when: { agent: '^You manage' }, steps: [{ call: { name: 'transfer_to_planner' } }] },
  { scene: 'planner', when: { agent: '^You plan' }, steps: [{ json: { steps: ['write'] } }] },
  {
    scene: 'codex',
    when: { input: '^write it' },
    steps: [
      { shell: 'date +%s%N; pwd' },
      { shell: 'echo "see ${cwd}/a.txt" > a.txt' },
      { applyPatch: '*** Begin Patch\n*** Add File: b.txt\n+hello\n*** End Patch\n' },
      { say: 'Done in ${cwd}.' },
    ],
  },
];

/** One run of a team: the Agents SDK plans, Codex works in a folder of its own. */
async function runTeam(
  server: ReplayServer,
  folder: string,
  codex: string = codexBinaries['0.169'],
): Promise<{ plan: unknown; codex: (string | undefined)[]; files: string[]; cwd: string }> {
  const planner = new Agent({
    name: 'planner',
    model: 'gpt-5.5',
    instructions: 'You plan.',
    outputType: z.object({ steps: z.array(z.string()) }),
  });
  const manager = Agent.create({ name: 'manager', model: 'gpt-5.5', instructions: 'You manage.', handoffs: [planner] });
  const planned = await runnerAt(server.baseUrl).run(manager, 'Make the file.');
  const cwd = path.join(folder, 'work');
  const { exitCode, events, stderr } = await codexExec(codex, server.baseUrl, {
    home: path.join(folder, 'home'),
    cwd,
    prompt: 'write it',
  });
  expect(exitCode, stderr + JSON.stringify(events)).toBe(0);
  return {
    plan: planned.finalOutput,
    codex: events
      .map((event) => event['item'] as { type: string; text: string } | undefined)
      .filter((item) => item?.type === 'agent_message')
      .map((item) => item?.text),
    files: await Promise.all(['a.txt', 'b.txt'].map((name) => readFile(path.join(cwd, name), 'utf8'))),
    cwd,
  };
}

const matches = (report: ReplayReport) => report.exchanges.map(({ match }) => match);

describe('a recording of the Agents SDK and Codex', () => {
  let cassette: string;

  beforeAll(async () => {
    const folder = await temporaryFolder('recorded');
    cassette = path.join(folder.path, 'team.jsonl');
    await using upstream = await startReplay({ script });
    await using recorder = await startReplay({ record: { upstream: upstream.baseUrl, to: cassette } });
    const run = await runTeam(recorder, folder.path);
    expect(run.plan).toEqual({ steps: ['write'] });
    expect(recorder.report()).toMatchObject({ mode: 'record', misses: 0 });
    expect(matches(recorder.report())).toEqual(Array(6).fill('recorded'));
    return () => folder[Symbol.asyncDispose]();
  }, 60_000);

  test('replays strictly in another folder and another home, with the provider gone', async () => {
    await using folder = await temporaryFolder('elsewhere');
    await using server = await startReplay({ cassette });

    const run = await runTeam(server, folder.path);

    expect(matches(server.report())).toEqual(Array(6).fill('strict'));
    expect(run).toEqual({
      plan: { steps: ['write'] },
      codex: [`Done in ${run.cwd}.`],
      files: [`see ${run.cwd}/a.txt\n`, 'hello\n'],
      cwd: run.cwd,
    });
  }, 60_000);

  test('serves another version of Codex without a miss', async () => {
    await using folder = await temporaryFolder('older');
    await using server = await startReplay({ cassette });

    const run = await runTeam(server, folder.path, codexBinaries['0.151']);

    expect(server.report()).toMatchObject({ misses: 0 });
    expect(run.files[1]).toBe('hello\n');
  }, 60_000);

  test('grows with the length of a conversation, not with its square', async () => {
    const lines = (await readFile(cassette, 'utf8')).trimEnd().split('\n').slice(1);
    const items = lines.map((line) => (JSON.parse(line) as { request: { items: unknown[] } }).request.items.length);
    const whole = await readCassette(cassette);

    expect(items).toEqual([1, 2, 1, 2, 2, 2]);
    expect(whole.kind === 'recording' && whole.entries.map(({ request }) => request.items.length)).toEqual([
      1, 3, 1, 3, 5, 7,
    ]);
  });

  test('answers a question that was not recorded with what it expected and what it got', async () => {
    await using server = await startReplay({ cassette });
    const { status, error } = await refusal(server, {
      model: 'gpt-5.5',
      instructions: 'You manage.',
      input: 'Break the file.',
    });

    expect(status).toBe(400);
    expect(error.message).toContain(
      'Nearest is entry 1; they differ at item 1: expected {"role":"user","text":"Make the file."}, got {"role":"user","text":"Break the file."}',
    );
    expect(error).toMatchObject({
      expected: { entry: 1, item: { text: 'Make the file.' } },
      got: { item: { text: 'Break the file.' } },
    });
    expect(server.report()).toMatchObject({ misses: 1, exchanges: [{ match: 'miss', status: 400 }] });
  });
});

describe('recording', () => {
  const authorization = 'Bearer the-users-own-credential-123456';

  test('keeps secrets out of the cassette, wherever they stand', async () => {
    await using folder = await temporaryFolder('secrets');
    const to = path.join(folder.path, 'c.jsonl');
    const secret = 'hunter "two" 2026-11-22/ü';
    const key = `sk-proj-${'a1B2'.repeat(8)}`;
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
    await using upstream = await startReplay({
      script: [
        { scene: 's', steps: [{ say: `${secret} and ${key}` }, { call: { name: 'f', arguments: { secret, jwt } } }] },
      ],
    });
    await using recorder = await startReplay({ record: { upstream: upstream.baseUrl, to, secrets: [secret] } });
    const response = await post(
      recorder,
      {
        instructions: `Use ${key}.`,
        input: `The password is ${secret}, the token ${jwt}, the header ${authorization}`,
        tools: [{ type: 'function', name: 'f' }],
      },
      { authorization, cookie: 'session=cookie-value-0987654321' },
    );
    // The client itself still sees everything.
    expect(await response.text()).toContain(key);
    await recorder.close();

    const text = await readFile(to, 'utf8');
    for (const hidden of ['hunter', 'two', key, jwt, 'the-users-own-credential', 'cookie-value', '2026-11-22/'])
      expect(text.split('\n').slice(1).join('\n')).not.toContain(hidden);
    expect(text).toContain('[redacted]');
  });

  test('passes the client’s credentials on to the provider', async () => {
    const { createServer } = await import('node:http');
    await using folder = await temporaryFolder('auth');
    const seen: (string | undefined)[] = [];
    const provider = createServer((req, res) => {
      seen.push(req.headers.authorization, req.headers['x-custom'] as string, req.url);
      req.resume();
      res.writeHead(401, { 'content-type': 'application/json', 'set-cookie': 'a=b' });
      res.end('{"error":{"message":"who are you","code":"invalid_api_key"}}');
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const { port } = provider.address() as { port: number };
    const to = path.join(folder.path, 'c.jsonl');
    try {
      await using recorder = await startReplay({
        record: { upstream: `http://127.0.0.1:${port}/backend-api/codex/`, to },
      });
      const response = await post(recorder, { input: 'go' }, { authorization, 'x-custom': 'kept' });
      expect(response.status).toBe(401);
      expect(response.headers.get('set-cookie')).toBeNull();
    } finally {
      await new Promise((resolve) => provider.close(resolve));
    }
    expect(seen).toEqual([authorization, 'kept', '/backend-api/codex/responses']);

    await using replayed = await startReplay({ cassette: to });
    expect(await refusal(replayed, { input: 'go' })).toEqual({
      status: 401,
      error: { message: 'who are you', code: 'invalid_api_key' },
    });
  });

  test('streams on before the provider has finished, and records a cut as a cut', async () => {
    await using folder = await temporaryFolder('cut');
    const to = path.join(folder.path, 'c.jsonl');
    await using upstream = await startReplay({
      script: [{ scene: 's', steps: [{ say: 'half' }, { disconnect: true }] }],
    });
    await using recorder = await startReplay({ record: { upstream: upstream.baseUrl, to } });
    const request = { input: 'go', stream: true };
    const partOf = async (server: ReplayServer): Promise<string> => {
      let text = '';
      const response = await post(server, request);
      await expect(
        (async () => {
          for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
            text += Buffer.from(chunk).toString();
        })(),
      ).rejects.toThrow();
      return text;
    };

    expect(await partOf(recorder)).toContain('"delta":"half"');
    await recorder.close();
    await using replayed = await startReplay({ cassette: to });
    expect(await partOf(replayed)).toContain('"delta":"half"');
    expect(matches(replayed.report())).toEqual(['strict']);
  });

  test('asks the same twice and replays both answers in their order, then the last one loosely', async () => {
    await using folder = await temporaryFolder('twice');
    const to = path.join(folder.path, 'c.jsonl');
    await using upstream = await startReplay({
      script: [
        { scene: 'a', times: 1, steps: [{ say: 'first' }] },
        { scene: 'b', steps: [{ say: 'second' }] },
      ],
    });
    await using recorder = await startReplay({ record: { upstream: upstream.baseUrl, to } });
    await ask(recorder, { input: 'go' });
    await ask(recorder, { input: 'go' });

    await using replayed = await startReplay({ cassette: to });
    const answers = [
      await ask(replayed, { input: 'go' }),
      await ask(replayed, { input: 'go' }),
      await ask(replayed, { input: 'go' }),
    ];

    expect(answers.map(gist)).toEqual([['first'], ['second'], ['second']]);
    expect(matches(replayed.report())).toEqual(['strict', 'strict', 'loose']);
    expect(replayed.report().loose).toBe(1);
  });

  test('says when the provider cannot be reached, and records nothing', async () => {
    await using folder = await temporaryFolder('gone');
    const to = path.join(folder.path, 'c.jsonl');
    const upstream = await startReplay({ script: [{ scene: 's', steps: [{ say: 'x' }] }] });
    await upstream.close();
    await using recorder = await startReplay({ record: { upstream: upstream.baseUrl, to } });
    const { status, error } = await refusal(recorder, { input: 'go' });

    expect(status).toBe(502);
    expect(error.message).toMatch(/^Cannot reach the upstream http:\/\/127\.0\.0\.1:\d+: /);
    expect(await readCassette(to)).toMatchObject({ entries: [] });
  });

  test('replaces an older cassette, but no other file', async () => {
    await using folder = await temporaryFolder('target');
    const to = path.join(folder.path, 'precious.txt');
    await writeFile(to, 'mine');
    const options = { record: { upstream: 'http://127.0.0.1:9/v1', to } };

    await expect(startReplay(options)).rejects.toThrow(CassetteTargetTakenError);
    expect(await readFile(to, 'utf8')).toBe('mine');
    await writeFile(to, '{"cassette":1,"kind":"script","title":"old"}\n');
    await (await startReplay(options)).close();
    expect(await readCassette(to)).toMatchObject({ kind: 'recording' });
    expect((await stat(to)).isFile()).toBe(true);
  });

  test.each(['ftp://example.org', 'nonsense', 'https://user:secretword@example.org/v1'])(
    'refuses the upstream %s without repeating it',
    async (upstream) => {
      await using folder = await temporaryFolder('url');
      const error: unknown = await startReplay({ record: { upstream, to: path.join(folder.path, 'c.jsonl') } }).catch(
        (caught: unknown) => caught,
      );

      expect(error).toBeInstanceOf(UpstreamUrlError);
      expect((error as Error).message).not.toContain('secretword');
    },
  );
});
