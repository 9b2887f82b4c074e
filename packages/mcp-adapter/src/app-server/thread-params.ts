import type { OpenSessionOptions, RunTurnOptions } from '@codex-orch/core';
import type { CodexHome } from '../home/codex-home.js';
import { profileFor, threadSandbox } from '../home/permission-profiles.js';
import { untrustedProjects } from '../home/untrusted-projects.js';
import { turnSandbox } from './sandbox-policy.js';

/** What `thread/start` and `thread/resume` ask for: a thread that may only read, as each turn says what it may do. */
export async function threadParams(
  { cwd, model, approvalPolicy }: OpenSessionOptions,
  home: CodexHome,
): Promise<Record<string, unknown>> {
  const confined = threadSandbox(home, 'read-only');
  const config = { ...confined.config, projects: await untrustedProjects(cwd) };
  return { ...confined, cwd, approvalPolicy, config, ...(model !== undefined && { model }) };
}

/** What `turn/start` asks for, beside the thread: the prompt, and what the turn may do. */
export function turnParams(
  prompt: string,
  { sandbox }: OpenSessionOptions,
  { outputSchema }: RunTurnOptions,
  home: CodexHome,
): Record<string, unknown> {
  const permissions = profileFor(home, sandbox);
  const sandboxPolicy = permissions === undefined ? turnSandbox(sandbox) : undefined;
  return {
    ...(permissions !== undefined && { permissions }),
    ...(sandboxPolicy && { sandboxPolicy }),
    input: [{ type: 'text', text: prompt }],
    ...(outputSchema && { outputSchema }),
  };
}
