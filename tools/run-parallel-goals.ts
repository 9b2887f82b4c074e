#!/usr/bin/env -S node --import @swc-node/register/esm-register
/**
 * Usage: tools/run-parallel-goals.ts [--dry-run] [--concurrency <n>] <goals file>
 *
 * Works on the goals of a file with this checkout's `codex-orch goals run`; all other arguments go to it. With --dry-run it lists
 * the planned jobs and starts nothing (`codex-orch goals plan`).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { setup, SetupError, workspaceRoot } from './setup.mjs';

/** Calls this checkout's command, and ends as it does. */
async function main(args: readonly string[]): Promise<number> {
  const isDry = args.includes('--dry-run');
  const rest = args.filter((arg) => arg !== '--dry-run');
  await setup(['cli']);
  const cli = path.join(workspaceRoot, 'packages/cli/bin/codex-orch.js');
  const child = spawn(process.execPath, [cli, 'goals', isDry ? 'plan' : 'run', ...rest], { stdio: 'inherit' });
  // What is begun is the command's to end. A terminal tells both of Ctrl-C, and told twice it would end at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
