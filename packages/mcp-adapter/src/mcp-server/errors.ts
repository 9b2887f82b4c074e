import { OrchError } from '@codex-orch/core';

/** `codex mcp-server` did not come up. */
export class McpServerStartError extends OrchError {
  readonly code = 'mcp-server-start-failed';
  override readonly interrupts = true;

  constructor(binary: string, stderr: string, cause: unknown) {
    super(`Cannot start "${binary} mcp-server": ${stderr.trim().slice(-2000) || String(cause)}`, {
      cause,
      hint: 'Codex 0.154.0 and later have no mcp-server: use the app-server driver.',
    });
  }
}

/** mcp-server keeps its threads in memory, so there is nothing to resume. */
export class ResumeUnsupportedError extends OrchError {
  readonly code = 'resume-unsupported';

  constructor(threadId: string) {
    super(`Thread ${threadId} cannot be resumed: codex mcp-server forgets its threads when it ends.`, {
      hint: 'Start a new thread, or use the app-server or exec driver.',
    });
  }
}

/** A final answer cannot be held to a schema by this driver. */
export class OutputSchemaUnsupportedError extends OrchError {
  readonly code = 'output-schema-unsupported';

  constructor() {
    super('codex mcp-server cannot hold the answer to a JSON Schema.', {
      hint: 'Ask for JSON in the prompt, or use the app-server or exec driver.',
    });
  }
}
