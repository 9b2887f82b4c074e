import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Scene, startReplay } from '../src/index.js';
import { codexBinaries, codexExec, temporaryFolder } from './codex.js';

const script: Scene[] = [
  {
    scene: 'greeting file',
    when: { agent: 'You are Codex', input: '^write a greeting' },
    steps: [
      { say: 'Looking around.' },
      { shell: 'printf "from ${cwd}" > shell.txt' },
      { applyPatch: '*** Begin Patch\n*** Add File: patch.txt\n+hello\n*** End Patch\n' },
      { say: 'Both files are there.' },
    ],
  },
];

test.each(Object.entries(codexBinaries))(
  'Codex %s runs a scripted shell call, a patch and an answer',
  async (_version, binary) => {
    await using folder = await temporaryFolder('exec');
    await using server = await startReplay({ script });
    const cwd = path.join(folder.path, 'work');

    const { exitCode, events, stderr } = await codexExec(binary, server.baseUrl, {
      home: path.join(folder.path, 'home'),
      cwd,
      prompt: 'write a greeting',
    });

    expect(exitCode, stderr).toBe(0);
    expect(await readFile(path.join(cwd, 'shell.txt'), 'utf8')).toBe(`from ${cwd}`);
    expect(await readFile(path.join(cwd, 'patch.txt'), 'utf8')).toBe('hello\n');
    const said = events
      .map((event) => event['item'] as { type: string; text: string } | undefined)
      .filter((item) => item?.type === 'agent_message');
    expect(said.map((item) => item?.text)).toEqual(['Looking around.', 'Both files are there.']);
    expect(server.report().exchanges.map(({ scene, match, status }) => [scene, match, status])).toEqual(
      Array(3).fill(['greeting file', 'scripted', 200]),
    );
  },
  60_000,
);
