import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeStandInLogin } from '@codex-orch/cloud-adapter/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cloudAccount } from '../cloud/cloud-account.js';
import { CloudLine, type CloudLineOptions } from './cloud-line.js';

let home: string;
let env: NodeJS.ProcessEnv;
/** How many goals are taken of each queue. */
let taken: Map<string, number | undefined>;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-line-'));
  env = { CODEX_HOME: home };
  taken = new Map();
});

afterEach(() => rm(home, { recursive: true, force: true }));

const open = (more: Partial<CloudLineOptions> = {}): Promise<CloudLine> =>
  CloudLine.open({
    engine: { defineQueue: (name, { perWorker }) => void taken.set(name, perWorker) },
    queue: 'goals',
    env,
    probe: () => Promise.resolve(),
    say: () => undefined,
    ...more,
  });

const queueOf = async (): Promise<string> => `goals/cloud/${(await cloudAccount(env)) ?? ''}`;

it.each([
  ['nobody is logged in', undefined],
  ['the login is an API key', { OPENAI_API_KEY: 'sk-1', tokens: null }],
  ['the login is an API key, and an earlier one is there still', { auth_mode: 'apikey', tokens: { account_id: 'a' } }],
  ['the login says nothing of an account', { tokens: { id_token: 'x.y.z' } }],
  ['the login says nothing of a user', { tokens: { account_id: 'a', id_token: 'x.y.z' } }],
])('takes no goal in the cloud where %s', async (_, login) => {
  if (login) await writeFile(path.join(home, 'auth.json'), JSON.stringify(login));
  await using _line = await open();
  expect(taken.size).toBe(0);
});

it('takes those of the login that is there, and follows when that changes', async () => {
  await using line = await open();
  await writeStandInLogin(home);
  await line.look();
  const first = await queueOf();
  expect([...taken]).toEqual([[first, 8]]);
  // Of the same account, and another person.
  await writeStandInLogin(home, { user: 'user-2' });
  await line.look();
  const second = await queueOf();
  expect([...taken]).toEqual([
    [first, 0],
    [second, 8],
  ]);
  await rm(path.join(home, 'auth.json'));
  await line.look();
  expect([...taken.values()]).toEqual([0, 0]);
});

it('takes none where no Codex is there that could, and says why', async () => {
  await writeStandInLogin(home);
  const said: string[] = [];
  await using _line = await open({
    probe: () => Promise.reject(new Error('Codex has no cloud.')),
    say: (line) => said.push(line),
  });
  expect(taken.size).toBe(0);
  expect(said).toEqual(['Goals in Codex Cloud: none is taken. Codex has no cloud.']);
});

it('takes them once what hindered it has passed, and says each reason once', async () => {
  await writeStandInLogin(home);
  const said: string[] = [];
  const hindrances = ['Codex is away.', 'Codex is away.', 'The disk is full.'];
  let probes = 0;
  await using line = await open({
    probe: () => {
      const reason = hindrances[probes++];
      return reason === undefined ? Promise.resolve() : Promise.reject(new Error(reason));
    },
    say: (text) => said.push(text.replace(/^Goals in Codex Cloud: /, '')),
  });
  const looks: number[] = [];
  for (let look = 1; look <= 8; look += 1) {
    const before = probes;
    await line.look();
    if (probes > before) looks.push(look);
  }
  // Less and less often.
  expect(looks).toEqual([1, 3, 7]);
  expect([...taken]).toEqual([[await queueOf(), 8]]);
  expect(said).toEqual([
    'none is taken. Codex is away.',
    'none is taken. The disk is full.',
    expect.stringMatching(/^those of the ChatGPT login [0-9a-f]{8} are taken, too\.$/),
  ]);
});
