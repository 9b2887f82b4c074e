import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultConfig } from '../src/index.js';
import { greet } from './readme-example.js';

const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'core-readme-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the README', () => {
  it('shows the example that is run here, and its steps run once', async () => {
    const said: string[] = [];
    const say = (text: string) => {
      said.push(text);
      return Promise.resolve(text);
    };

    expect(await greet(folder, 'first', 'Ada', say)).toBe('Hello, Ada. Goodbye.');
    expect(await greet(folder, 'first', 'Ada', say)).toBe('Hello, Ada. Goodbye.');
    expect(said).toEqual(['Hello, Ada.', 'Hello, Ada. Goodbye.']);

    const example = (await read('readme-example.ts')).replace("'../src/index.js'", "'@codex-orch/core'");
    expect(await read('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
  });

  it('names every setting with its default', async () => {
    const readme = await read('../README.md');
    const settings = Object.entries(defaultConfig).flatMap(([section, values]) =>
      Object.entries(values as Record<string, string | number | boolean>).map(
        ([key, value]) => `| \`${section}.${key}\` | ${JSON.stringify(value).replaceAll('"', '`')} |`,
      ),
    );
    expect(settings.filter((row) => !readme.includes(row))).toEqual([]);
  });
});
