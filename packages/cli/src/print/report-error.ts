import { faultOf, OrchError } from '@codex-orch/core';
import type { CliContext } from '../context.js';
import { exitCodeOf } from '../exit-code.js';
import { asTyped, type Standpoint } from './as-typed.js';
import { type Palette, paletteFor } from './palette.js';
import { safeJson, visible } from './visible.js';

/** Says what went wrong, where and what to do, and returns the exit code for it. */
export function reportError(
  { process }: CliContext,
  thrown: unknown,
  { json, standpoint }: { readonly json: boolean; readonly standpoint: Standpoint },
): number {
  if (json) process.stdout.write(`${safeJson({ error: errorData(thrown, standpoint) })}\n`);
  else process.stderr.write(`${errorText(thrown, standpoint, paletteFor(process.stderr, process.env))}\n`);
  return exitCodeOf(faultOf(thrown));
}

/** An error as programs read it. */
export function errorData(
  thrown: unknown,
  standpoint: Standpoint,
): { readonly code: string; readonly message: string; readonly hint?: string } {
  const error = faultOf(thrown);
  const known = error instanceof OrchError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const hint = known?.hint === undefined ? undefined : asTyped(known.hint, standpoint, message);
  return { code: known?.code ?? 'internal-error', message, ...(hint === undefined ? {} : { hint }) };
}

/** An error as people read it: what is wrong, and below it what to do. */
export function errorText(
  thrown: unknown,
  standpoint: Standpoint,
  { red, bold }: Pick<Palette, 'red' | 'bold'>,
  shown: { readonly hint: boolean } = { hint: true },
): string {
  const { code, message, hint } = errorData(thrown, standpoint);
  // What is a list is told on lines of its own, and the code is not about the last of them.
  const [first = '', ...rest] = visible(message).split('\n');
  const lines = [`${red(bold('error'))} ${first} [${code}]`, ...rest];
  if (hint !== undefined && shown.hint) lines.push(`  ${visible(hint)}`);
  const error = faultOf(thrown);
  if (!(error instanceof OrchError))
    lines.push(
      visible(error instanceof Error ? (error.stack ?? '') : ''),
      'This is a fault of codex-orch; please report it.',
    );
  return lines.join('\n');
}
