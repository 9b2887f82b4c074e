import { faultOf, OrchError } from '@codex-orch/core';
import type { CliContext } from '../context.js';
import { exitCodeOf } from '../exit-code.js';
import { asTyped, type Standpoint } from './as-typed.js';
import { paletteFor } from './palette.js';
import { safeJson, visible } from './visible.js';

/** Says what went wrong, where and what to do, and returns the exit code for it. */
export function reportError(
  { process }: CliContext,
  thrown: unknown,
  { json, standpoint }: { readonly json: boolean; readonly standpoint: Standpoint },
): number {
  const error = faultOf(thrown);
  const known = error instanceof OrchError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const hint = known?.hint === undefined ? undefined : asTyped(known.hint, standpoint, message);
  if (json) {
    const data = {
      error: {
        code: known?.code ?? 'internal-error',
        message,
        ...(hint === undefined ? {} : { hint }),
      },
    };
    process.stdout.write(`${safeJson(data)}\n`);
  } else {
    const { red, bold } = paletteFor(process.stderr, process.env);
    process.stderr.write(`${red(bold('error'))} ${visible(message)} ${known ? `[${known.code}]` : ''}\n`);
    if (hint !== undefined) process.stderr.write(`  ${visible(hint)}\n`);
    if (!known)
      process.stderr.write(
        `${visible(error instanceof Error ? (error.stack ?? '') : '')}\nThis is a fault of codex-orch; please report it.\n`,
      );
  }
  return exitCodeOf(error);
}
