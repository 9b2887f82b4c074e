import type { Redactor } from '@codex-orch/core';
import type { CommandContext } from '@stricli/core';

/** What the parser hands to a command. */
export interface ProcessContext extends CommandContext {
  readonly process: NodeJS.Process;
}

/** What a command may touch of its process. */
export interface CliContext extends ProcessContext {
  /** Knows every secret that this process knows; what is printed goes through it. */
  readonly redactor: Redactor;
}
