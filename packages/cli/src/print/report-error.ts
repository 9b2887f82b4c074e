import { OrchError } from '@codex-orch/core';
import type { CliContext } from '../context.js';
import { exitCodeOf } from '../exit-code.js';
import { paletteFor } from './palette.js';
import { safeJson, visible } from './visible.js';

/** Says what went wrong, where and what to do, and returns the exit code for it. */
export function reportError({ process }: CliContext, error: unknown, { json }: { readonly json: boolean }): number {
  const known = error instanceof OrchError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (json) {
    const data = {
      error: {
        code: known?.code ?? 'internal-error',
        message,
        ...(known?.hint === undefined ? {} : { hint: known.hint }),
      },
    };
    process.stdout.write(`${safeJson(data)}\n`);
  } else {
    const { red, bold } = paletteFor(process.stderr, process.env);
    process.stderr.write(`${red(bold('error'))} ${visible(message)} ${known ? `[${known.code}]` : ''}\n`);
    if (known?.hint !== undefined) process.stderr.write(`  ${visible(known.hint)}\n`);
    if (!known)
      process.stderr.write(
        `${visible(error instanceof Error ? (error.stack ?? '') : '')}\nThis is a fault of codex-orch; please report it.\n`,
      );
  }
  return exitCodeOf(error);
}
