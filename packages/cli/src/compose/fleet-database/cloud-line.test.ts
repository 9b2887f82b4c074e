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
