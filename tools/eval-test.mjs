#!/usr/bin/env node
/**
 * Usage: npm run eval:test [-- --quick | SCENARIO] [-- other flags of `codex-orch eval run`]
 *        npm run eval:goals [-- other flags of `codex-orch eval goals`]
 *
 * Proves the codemods and rules of this repository on the pinned packages of evaluation/targets.json, with the built command, as
 * evaluation/scenarios/all-assets.json says, or the scenario that is named, and fails on a regression against evaluation/baselines. `eval:goals` works on the goal of evaluation/goals there, from its cassettes.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { setup, SetupError, workspaceRoot } from './setup.mjs';

const args = process.argv.slice(2);
process.exitCode = await evaluate(args[0] === 'goals' ? args : ['run', ...args]);

/**
 * @param {readonly string[]} command of `codex-orch eval`
 * @returns {Promise<number>} the exit code
 */
async function evaluate(command) {
  try {
    await setup(['cli']);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  const program = path.join(workspaceRoot, 'packages', 'cli', 'bin', 'codex-orch.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'eval', ...command], { cwd: workspaceRoot, stdio: 'inherit' });
    // Ctrl-C reaches the command too, and how it ends is what counts.
    process.on('SIGINT', () => undefined);
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
