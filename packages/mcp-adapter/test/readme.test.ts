import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { askCodex } from './readme-example.js';
import { openWorld, type World } from './world.js';

let world: World | undefined;
afterEach(() => world?.[Symbol.asyncDispose]());

const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');

describe('the README', () => {
  it('shows the example that is run here', async () => {
    const example = (await read('readme-example.ts')).replace("'../src/index.js'", "'@codex-orch/mcp-adapter'");
    expect(await read('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);

    world = await openWorld({ binary: 'current', kind: 'app-server' });
    const provider = { id: 'replay', name: 'Replay', baseUrl: world.model.baseUrl };
    const where = {
      dir: path.join(world.root, 'private'),
      auth: { kind: 'none' },
      provider,
      model: 'gpt-5.5',
    } as const;
    expect(await askCodex(await world.repository(), where, 'FIRST')).toBe('completed by app-server: first answer');
  });

  it('names the code of every error', async () => {
    const readme = await read('../README.md');
    const sources = (await readdir(new URL('../src', import.meta.url), { recursive: true })).filter((name) =>
      /^(?!.*\.test).*\.ts$/.test(name),
    );
    const texts = await Promise.all(sources.map((name) => read(`../src/${name}`)));
    const codes = texts.flatMap((text) =>
      [...text.matchAll(/readonly code = '([^']+)'/g)].map(([, code]) => code ?? ''),
    );
    expect(codes).toContain('codex-missing');
    expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  });
});
