import { setImmediate } from 'node:timers/promises';
import { ExitCode, run } from '@stricli/core';
import { application, commandIn } from './app.js';
import { selfCommand } from './commands/self-command.js';
import { exitCode } from './exit-code-values.js';
import { guardOutput, harmless } from './print/guard-output.js';
import { outliveReaders } from './print/outlive-readers.js';
import { coloured, plain } from './print/palette.js';
import { parserText } from './print/parser-text.js';
import { errorData, errorText } from './print/report-error.js';
import { safeJson } from './print/visible.js';

/** Runs the command line of a process and sets its exit code. */
export async function main(process: NodeJS.Process): Promise<void> {
  const words = process.argv.slice(2);
  const output = outliveReaders(process.stdout, process.stderr);
  using _out = guardOutput(process.stdout, harmless);
  using _err = guardOutput(process.stderr, harmless);
  const standpoint = { self: selfCommand({ process }), repoFlag: '' };
  const thrown: unknown[] = [];
  const text = parserText({
    command: commandIn(words)
      .map((word) => `${word} `)
      .join(''),
    tell: (error, hasColour) => {
      const isFirst = thrown.length === 0;
      thrown.push(error);
      return errorText(error, standpoint, hasColour ? coloured : plain, { hint: isFirst });
    },
  });
  await run(application(text), words, { process: process as NodeJS.Process & { exitCode: number } });
  // The parser's own codes are negative; a command's own errors have been told by the command.
  if (typeof process.exitCode === 'number' && process.exitCode < 0) {
    const isUsage = process.exitCode === ExitCode.InvalidArgument || process.exitCode === ExitCode.UnknownCommand;
    process.exitCode = isUsage ? exitCode.usage : exitCode.failed;
    if (wantsJson(words)) {
      const told = thrown.map((error) => errorData(error, standpoint));
      const message = told.map((one) => one.message).join('\n');
      process.stdout.write(`${safeJson({ error: { ...told[0], message } })}\n`);
    }
  }
  // A write that failed is told a moment later.
  await setImmediate();
  if (output.failed && !process.exitCode) process.exitCode = exitCode.ioError;
}

function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).includes('--json');
}
