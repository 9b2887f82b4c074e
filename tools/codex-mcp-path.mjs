#!/usr/bin/env node
/** Prints the path of the pinned Codex that still has mcp-server; see `codex-mcp` in package.json. */
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

let folder;
try {
  folder = path.dirname(createRequire(import.meta.url).resolve('codex-mcp/package.json'));
} catch {
  process.stderr.write('The pinned Codex with mcp-server (codex-mcp) is only installed on Linux x64.\n');
  process.exit(1);
}
process.stdout.write(path.join(folder, 'vendor', 'x86_64-unknown-linux-musl', 'bin', 'codex'));
