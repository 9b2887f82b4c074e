import type { CodexEvent, CodexSession, RunTurnOptions } from '@codex-orch/core';

/** Runs a turn and keeps what it said. */
export async function runTurn(session: CodexSession, prompt: string, options: RunTurnOptions = {}) {
  const events: CodexEvent[] = [];
  const result = await session.run(prompt, {
    ...options,
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return { result, events };
}
