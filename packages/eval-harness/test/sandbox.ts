import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bubblewrapSandbox, type Sandbox } from '../src/index.js';

export const testSandbox = (): Sandbox => bubblewrapSandbox(bubblewrap());

/** The system's bubblewrap, or the one that comes with Codex. */
export function bubblewrap(): string {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve('@openai/codex/package.json');
  const platform = createRequire(manifest).resolve(`@openai/codex-${process.platform}-${process.arch}/package.json`);
  const triple = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-musl`;
  const bundled = path.join(path.dirname(platform), 'vendor', triple, 'codex-resources/bwrap');
  return ['/usr/bin/bwrap', bundled].find((file) => existsSync(file)) ?? 'bwrap';
}
