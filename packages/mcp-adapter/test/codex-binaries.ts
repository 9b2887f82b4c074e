import { createRequire } from 'node:module';
import path from 'node:path';
import { type CodexProbe, probeCodex } from '../src/index.js';

const require = createRequire(import.meta.url);

/** The two versions that are installed for tests: npm's Node script of one without mcp-server, and the binary of one with it. */
export const codexScripts = {
  current: path.join(path.dirname(require.resolve('@openai/codex/package.json')), 'bin/codex.js'),
  withMcpServer: path.join(
    path.dirname(createRequire(import.meta.url).resolve('codex-mcp/package.json')),
    'vendor/x86_64-unknown-linux-musl/bin/codex',
  ),
} as const;

const versionOf = (manifest: string) => (require(manifest) as { version: string }).version.replace(/-.*/, '');

/** The versions that are installed, as npm says. */
export const codexVersions = {
  current: versionOf(require.resolve('@openai/codex/package.json')),
  withMcpServer: versionOf(createRequire(import.meta.url).resolve('codex-mcp/package.json')),
} as const;

export type CodexBinary = keyof typeof codexScripts;

export function probeBinary(binary: CodexBinary): Promise<CodexProbe> {
  return probeCodex({ path: codexScripts[binary], env: process.env });
}
