import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Said, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const runIdEndingIn = (end: string): string => `01J00000000000000000000000`.slice(0, 26 - end.length) + end;

/** Runs that have recorded nothing: enough to be found, and to be told apart. */
async function runs(...ids: string[]): Promise<void> {
  for (const id of ids) await mkdir(path.join(world.repo, '.runs/adhoc', id), { recursive: true });
}

const errorOf = (said: Said): { code: string; message: string; hint: string } =>
  (said.json() as { error: { code: string; message: string; hint: string } }).error;

const found = async (name: string): Promise<string> => errorOf(await world.run('runs', 'show', name, '--json')).message;

describe('a run', () => {
  const [older, newer] = [runIdEndingIn('1AB7'), runIdEndingIn('2CD9')];

  beforeEach(() => runs(older, newer));

  it.each([
    ['its whole id', older, older],
    ['the end of its id', '1AB7', older],
    ['a longer end, in lower case', '02cd9', newer],
    ['a beginning that no other has', newer.slice(0, 23), newer],
    ['latest', 'latest', newer],
  ])('goes by %s', async (_what, name, runId) => {
    expect(await found(name)).toContain(`Run ${runId} has recorded nothing`);
  });

  it.each([
    ['an end that is too short to be meant', 'CD9', 'id-end-too-short'],
    ['a part from its middle', '00001AB', 'unknown-run'],
    ['nothing at all', '', 'unknown-run'],
  ])('does not go by %s', async (_what, name, code) => {
    expect(errorOf(await world.run('runs', 'show', name, '--json'))).toMatchObject({ code });
  });
});

describe('a name that fits several runs', () => {
  it('is refused with the newest of them, and with how many more there are', async () => {
    const ids = Array.from({ length: 17 }, (_, index) => runIdEndingIn(String(1000 + index)));
    await runs(...ids);
    const { code, message, hint } = errorOf(await world.run('runs', 'show', '01J0', '--json'));
    expect(code).toBe('run-ambiguous');
    expect(message).toBe(`"01J0" fits 17 runs: ${ids.slice(-5).reverse().join(', ')} … and 12 more.`);
    expect(hint).toContain('codex-orch runs list');
  });

  it('is refused without more where all are named, though one begins and the other ends with it', async () => {
    const [begins, ends] = ['01J0AAAA000000000000000000', runIdEndingIn('01J0AAAA')];
    await runs(begins, ends);
    expect(await found('01J0AAAA')).toBe(`"01J0AAAA" fits 2 runs: ${begins}, ${ends}.`);
  });
});

it('shows in a hint the command that works from where the user stands', async () => {
  const said = await world.run('runs', 'show', '01ZZZZ', '--repo', world.repo);
  expect(said.err).toContain(`\`codex-orch runs list --repo ${world.repo}\``);
});
