import { run } from '@stricli/core';
import { app } from './app.js';
import { exitCode } from './exit-code-values.js';

/** Runs the command line of a process and sets its exit code. */
export async function main(process: NodeJS.Process): Promise<void> {
  await run(app, process.argv.slice(2), { process: process as NodeJS.Process & { exitCode: number } });
  // The parser's own codes are negative, and all mean that the words were wrong.
  if (typeof process.exitCode === 'number' && process.exitCode < 0) process.exitCode = exitCode.usage;
}
