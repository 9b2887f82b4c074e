import { Redactor } from '@codex-orch/core';
import type { CliContext, ProcessContext } from '../context.js';
import type { Standpoint } from '../print/as-typed.js';
import { guardOutput } from '../print/guard-output.js';
import { reportError } from '../print/report-error.js';
import { safeJson } from '../print/visible.js';
import { databaseStandpoint, type RemoteFlags } from './remote-flags.js';
import { repoFlag, selfCommand } from './self-command.js';

/** Flags of every command. */
export interface CommonFlags {
  readonly json: boolean;
  readonly repo?: string | undefined;
}

/**
 * Makes a command of a function that returns an exit code: errors are told, and never thrown at the parser. No secret that it gets
 * to know is printed.
 */
export const command = <
  F extends Pick<CommonFlags, 'json'> & Pick<Partial<CommonFlags>, 'repo'>,
  A extends readonly (string | undefined)[],
>(
  body: (context: CliContext, flags: F, ...args: A) => Promise<number>,
) =>
  async function (this: ProcessContext, flags: F, ...args: A): Promise<void> {
    const { process } = this;
    const redactor = new Redactor();
    const redact = (text: string): string => redactor.text(text);
    using _out = guardOutput(process.stdout, redact);
    using _err = guardOutput(process.stderr, redact);
    const context: CliContext = { process, redactor };
    try {
      process.exitCode = await body(context, flags, ...args);
    } catch (error) {
      process.exitCode = reportError(context, error, {
        json: flags.json,
        standpoint: standpointOf(context, flags),
      });
    }
  };

/** Where the user stands who called a command with these flags. */
export const standpointOf = (
  context: CliContext,
  flags: Pick<RemoteFlags, 'repo'> & Partial<RemoteFlags>,
): Standpoint => ({
  self: selfCommand(context),
  repoFlag: repoFlag(flags),
  database: databaseStandpoint(context, flags),
});

/** Data for programs, on standard output. */
export const printJson = ({ process }: CliContext, data: unknown): void => {
  process.stdout.write(`${safeJson(data, 2)}\n`);
};
