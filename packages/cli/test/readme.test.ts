import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CONFIG_FILE, loadConfig } from '@codex-orch/core';
import { type Application, type CommandContext, generateHelpTextForAllCommands } from '@stricli/core';
import { expect, it } from 'vitest';
import { app } from '../src/app.js';

const commands = generateHelpTextForAllCommands(app as unknown as Application<CommandContext>);

const documents = ['../README.md', '../../../README.md', '../../../AGENTS.md'];

const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');

/** The words after the program's name in every command line that a document shows, in a shell block or in a sentence. */
function commandLines(markdown: string): string[][] {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.split('\n'));
  const inSentences = [...markdown.matchAll(/`(codex-orch [^`\n]+)`/g)].map(([, line = '']) => line);
  const lines = [...blocks, ...inSentences].filter((line) => line.startsWith('codex-orch '));
  return lines.map((line) => line.slice('codex-orch '.length).match(/"[^"]*"|<[^>]*>|\S+/g) ?? []);
}

function problemOf(words: readonly string[]): string | undefined {
  const [route, help] = commands.find(([name]) => `codex-orch ${words.join(' ')} `.startsWith(`${name} `)) ?? [];
  if (route === undefined || help === undefined) return `codex-orch ${words.join(' ')}: there is no such command`;
  const unknown = words
    .filter((word) => word.startsWith('--'))
    .filter((flag) => !help.split(/[\s[\]()]+/).includes(flag));
  return unknown.length === 0 ? undefined : `${route}: there is no ${unknown.join(', ')}`;
}

it.each(documents)('every command in %s exists, with its flags', async (name) => {
  const lines = commandLines(await read(name));
  expect(lines.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
});

it('the README shows every command', async () => {
  const shown = commandLines(await read('../README.md')).map((words) => `codex-orch ${words.join(' ')} `);
  expect(
    commands.map(([route]) => route).filter((route) => !shown.some((line) => line.startsWith(`${route} `))),
  ).toEqual(['codex-orch runs list']);
});

it('the configurations that the front page shows are valid, each in its place', async () => {
  const [user = '', repository = ''] = [...(await read('../../../README.md')).matchAll(/```json\n(.*?)```/gs)].map(
    ([, text]) => text ?? '',
  );
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cli-readme-'));
  try {
    const userFile = path.join(folder, 'user.json');
    await writeFile(userFile, user);
    await writeFile(path.join(folder, CONFIG_FILE), repository);

    const config = await loadConfig({ repositoryRoot: folder, env: { CODEX_ORCH_CONFIG: userFile } });

    expect(config).toMatchObject({
      model: { name: 'gpt-5.5' },
      limits: { minutes: 20, turns: 60 },
      approvals: { elevation: 'deny' },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
