import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { rules, specFields, specStatuses } from '../src/index.js';
import { gate } from './readme-example.js';
import { goodSpec, indexFile, world } from './world.js';

const read = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');

describe('the README', () => {
  it('shows the example that is run here', async () => {
    expect(gate(world())).toBe('clean');
    const { spec, entry } = goodSpec({ last_review: '2026-01-01' });
    const told = gate(world({ specs: [spec], index: indexFile([entry]) }));
    expect(told).toContain('SG003 tasks/specs/0001-spec.md:8 The last review was 325 days ago');
    expect(told).toContain('codex-orch spec review 0001');

    const example = (await read('readme-example.ts')).replace("'../src/index.js'", "'@codex-orch/spec-guard'");
    expect(await read('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
  });

  it('names every rule, every field and every status', async () => {
    const readme = await read('../README.md');
    const rows = rules.map(({ code, name, severity }) => `| ${code} | \`${name}\` | ${severity} |`);
    expect(rows.filter((row) => !readme.includes(row))).toEqual([]);
    for (const word of [...specFields, ...specStatuses]) expect(readme).toContain(`\`${word}\``);
  });
});
