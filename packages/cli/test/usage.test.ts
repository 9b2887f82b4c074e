import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await World.make();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe('a command line that is wrong', () => {
  it.each([
    [['run'], '<goal> is missing.', 'run --help'],
    [['approve'], '<run> is missing.', 'approve --help'],
    [['approve', 'a', 'b'], '"b" is one word too many.', 'approve --help'],
    [['run', 'x', '--drver', 'exec'], 'There is no flag --drver. Did you mean --driver?', 'run --help'],
    [['run', 'x', '--zzz'], 'There is no flag --zzz.', 'run --help'],
    [['runs', 'list', '-x'], 'There is no flag -x.', 'runs list --help'],
    [['run', 'x', '--max-tokens', 'many'], '--max-tokens takes a number, not "many".', 'run --help'],
    [
      ['run', 'x', '--driver', 'exce'],
      '--driver takes auto, app-server, mcp-server or exec, not "exce".',
      'run --help',
    ],
    [['gc', '--older-than'], '--older-than needs a value.', 'gc --help'],
    [['gc', '--json', '--json'], '--json is given twice.', 'gc --help'],
    [['aprove', 'latest'], 'There is no command "aprove". Did you mean `approve`?', '--help'],
    [['runs', 'lst'], 'There is no command "runs lst". Did you mean `list`?', 'runs --help'],
    [['frobnicate'], 'There is no command "frobnicate".', '--help'],
  ])('%j is refused with what is wrong, a code, and where it is told', async (words, message, help) => {
    const said = await world.run(...words);
    expect(said.code).toBe(2);
    expect(said.err).toBe(`error ${message} [usage]\n  See \`codex-orch ${help}\`.\n`);
    expect(said.out.includes('"usage"')).toBe(words.includes('--json'));
  });

  it('is told to programs as any other error', async () => {
    const said = await world.run('runs', 'show', 'a', 'b', '--json');
    expect(said.json()).toEqual({
      error: { code: 'usage', message: '"b" is one word too many.', hint: 'See `codex-orch runs show --help`.' },
    });
  });

  it('has all its mistakes told', async () => {
    const said = await world.run('run', '--max-tokens', 'x', '--driver', 'y', '--json');
    expect(said.json()).toMatchObject({
      error: {
        code: 'usage',
        message:
          '<goal> is missing.\n--driver takes auto, app-server, mcp-server or exec, not "y".\n--max-tokens takes a number, not "x".',
      },
    });
    expect(said.err.match(/See /g)).toHaveLength(1);
  });
});
