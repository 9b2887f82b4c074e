import type { CliContext } from '../context.js';
import { reportError } from '../print/report-error.js';

/** Flags of every command. */
export interface CommonFlags {
  readonly json: boolean;
  readonly repo?: string | undefined;
}

/** Makes a command of a function that returns an exit code: errors are told, and never thrown at the parser. */
export const command = <F extends Pick<CommonFlags, 'json'>, A extends readonly (string | undefined)[]>(
  body: (context: CliContext, flags: F, ...args: A) => Promise<number>,
) =>
  async function (this: CliContext, flags: F, ...args: A): Promise<void> {
    try {
      this.process.exitCode = await body(this, flags, ...args);
    } catch (error) {
      this.process.exitCode = reportError(this, error, flags);
    }
  };

/** Data for programs, on standard output. */
export const printJson = ({ process }: CliContext, data: unknown): void => {
  process.stdout.write(`${JSON.stringify(data, undefined, 2)}\n`);
};
