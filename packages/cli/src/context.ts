import type { CommandContext } from '@stricli/core';

/** What a command may touch of its process. */
export interface CliContext extends CommandContext {
  readonly process: NodeJS.Process;
}
