import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeStandInLogin } from '@codex-orch/cloud-adapter/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cloudAccount } from './cloud-account.js';

let home: string;
let file: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-account-'));
  file = path.join(home, 'auth.json');
  env = { CODEX_HOME: home };
});

afterEach(() => rm(home, { recursive: true, force: true }));

/** Who is logged in with a token that says this. */
async function accountOf(auth: object): Promise<string | undefined> {
  const part = (data: unknown): string => Buffer.from(JSON.stringify(data)).toString('base64url');
  const token = [part({ alg: 'none' }), part({ 'https://api.openai.com/auth': auth }), 'bm9ib2R5'].join('.');
  await writeFile(file, JSON.stringify({ tokens: { account_id: 'account-1', id_token: token } }));
  return cloudAccount(env);
}

it('tells people of one account apart, by whichever of the names that Codex takes for them', async () => {
  const ada = await accountOf({ chatgpt_user_id: 'user-1' });
  expect(ada).toMatch(/^[0-9a-f]{64}$/);
  expect(await accountOf({ user_id: 'user-1' })).toBe(ada);
  expect(await accountOf({ chatgpt_user_id: 'user-1', user_id: 'other' })).toBe(ada);
  const bob = await accountOf({ user_id: 'user-2' });
  expect(bob).toMatch(/^[0-9a-f]{64}$/);
  expect(bob).not.toBe(ada);
});

it('knows no login whose user is not named', async () => {
  expect(await accountOf({})).toBeUndefined();
  expect(await accountOf({ chatgpt_user_id: '' })).toBeUndefined();
});

it('waits for a login that is being written', async () => {
  await writeStandInLogin(home);
  const account = await cloudAccount(env);
  const whole = await readFile(file);
  for (const half of [Buffer.alloc(0), whole.subarray(0, 40)]) {
    await writeFile(file, half);
    const asked = cloudAccount(env);
    const written = new Promise((resolve) => setTimeout(resolve, 50)).then(() => writeFile(file, whole));
    expect(await asked).toBe(account);
    await written;
  }
});

it('gives up on one that stays broken', async () => {
  await writeFile(file, '{');
  expect(await cloudAccount(env)).toBeUndefined();
});
