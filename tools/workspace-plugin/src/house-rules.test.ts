import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const workspaceRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
// Type information needs files that exist; these rules need none, so a probe need not be written to disk.
const eslint = new ESLint({ cwd: workspaceRoot, overrideConfig: [tseslint.configs.disableTypeChecked] });

async function brokenRules(file: string, text: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(text, { filePath: path.join(workspaceRoot, file) });
  return results.flatMap((result) => result.messages.map((message) => message.ruleId));
}

// Without a project graph on disk the boundary rule skips itself in silence.
beforeAll(async () => {
  await createProjectGraphAsync();
});

describe('an import of one package by another', () => {
  const boundary = '@nx/enforce-module-boundaries';

  it.each([
    ['packages/core/src/probe.ts', '@codex-orch/roles'],
    ['packages/core/src/probe.test.ts', '@codex-orch/replay'],
    ['packages/core/src/probe.ts', '../../replay/src/index.js'],
    ['packages/replay/src/probe.ts', '@codex-orch/mcp-adapter'],
    ['packages/mcp-adapter/src/probe.ts', '@codex-orch/replay'],
    ['packages/mcp-adapter/src/probe.test.ts', '@codex-orch/roles'],
    ['packages/roles/src/probe.ts', '@codex-orch/mcp-adapter'],
    ['packages/roles/src/probe.ts', '@codex-orch/cli'],
  ])('fails lint in %s of %s', async (file, target) => {
    expect(await brokenRules(file, `export * from '${target}';\n`)).toContain(boundary);
  });

  it.each([
    ['packages/roles/src/probe.ts', '@codex-orch/core'],
    ['packages/cli/src/probe.ts', '@codex-orch/roles'],
    ['packages/mcp-adapter/src/probe.test.ts', '@codex-orch/replay'],
    ['packages/mcp-adapter/test/probe.ts', '@codex-orch/replay'],
    ['packages/roles/src/probe.test.ts', '@codex-orch/mcp-adapter'],
  ])('passes lint in %s of %s', async (file, target) => {
    expect(await brokenRules(file, `export * from '${target}';\n`)).toEqual([]);
  });
});

describe('a library source', () => {
  const file = 'packages/core/src/probe.ts';

  it.each([
    ['a shell string', `import { exec } from 'node:child_process';\nexec('ls');\n`, 'no-restricted-imports'],
    [
      'a shell behind an argument array',
      `import { spawn } from 'node:child_process';\nspawn('ls', [], { shell: true });\n`,
      'no-restricted-syntax',
    ],
    ['a default export', 'export default 1;\n', 'no-restricted-exports'],
    ['console output', `console.log('hello');\n`, 'no-console'],
  ])('fails lint with %s', async (_what, text, rule) => {
    expect(await brokenRules(file, text)).toEqual([rule]);
  });

  it('may start a program with an argument array', async () => {
    const text = `import { spawn } from 'node:child_process';\nspawn('ls', ['-l'], { stdio: 'ignore' });\n`;
    expect(await brokenRules(file, text)).toEqual([]);
  });

  it('of the command line may print', async () => {
    expect(await brokenRules('packages/cli/src/probe.ts', `console.log('hello');\n`)).toEqual([]);
  });
});
