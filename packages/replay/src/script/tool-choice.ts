import type { ModelRequest, OfferedTool } from '../request/model-request.js';
import type { OutputItem } from '../response/reply.js';

/** Thrown when a step needs a tool that the request does not offer. */
export class NoSuchTool extends Error {}

/** A tool call without its ids. */
export type ToolCall = OutputItem &
  (
    | { readonly type: 'function_call'; readonly arguments: string }
    | { readonly type: 'custom_tool_call'; readonly input: string }
  );

const offered = (request: ModelRequest): string =>
  request.tools.map((tool) => tool.name ?? tool.type).join(', ') || 'none';

const find = (request: ModelRequest, type: string, name: string): OfferedTool | undefined =>
  request.tools.find((tool) => tool.type === type && tool.name === name);

const functionCall = (name: string, args: unknown): ToolCall => ({
  type: 'function_call',
  name,
  arguments: JSON.stringify(args),
});

/** What a shell call may ask for beside its command. */
export interface ShellOptions {
  readonly workdir?: string | undefined;
  readonly yieldMs?: number | undefined;
  /** The reason for leaving the sandbox; the call stays inside when absent. */
  readonly justification?: string | undefined;
}

const elevation = (tool: OfferedTool, justification: string | undefined): object => {
  if (justification === undefined) return {};
  // Older versions of Codex have a boolean for it.
  const old = tool.parameters?.properties?.['with_escalated_permissions'] !== undefined;
  return {
    ...(old ? { with_escalated_permissions: true } : { sandbox_permissions: 'require_escalated' }),
    justification,
  };
};

/** A call of the shell tool that this version of Codex offers. Throws {@link NoSuchTool}. */
export function shellCall(request: ModelRequest, command: string, options: ShellOptions): ToolCall {
  const workdir = options.workdir === undefined ? {} : { workdir: options.workdir };
  const unified = find(request, 'function', 'exec_command');
  if (unified) {
    const wait = options.yieldMs === undefined ? {} : { yield_time_ms: options.yieldMs };
    return functionCall('exec_command', {
      cmd: command,
      ...workdir,
      ...wait,
      ...elevation(unified, options.justification),
    });
  }
  const wait = options.yieldMs === undefined ? {} : { timeout_ms: options.yieldMs };
  const line = find(request, 'function', 'shell_command');
  if (line)
    return functionCall('shell_command', { command, ...workdir, ...wait, ...elevation(line, options.justification) });
  for (const name of ['shell', 'container.exec']) {
    const words = find(request, 'function', name);
    if (words)
      return functionCall(name, {
        command: ['bash', '-lc', command],
        ...workdir,
        ...wait,
        ...elevation(words, options.justification),
      });
  }
  throw new NoSuchTool(
    `this step needs a shell tool (exec_command, shell_command or shell); the request offers: ${offered(request)}`,
  );
}

/** A call that applies a patch, by the best way the request offers. Throws {@link NoSuchTool}. */
export function patchCall(request: ModelRequest, patch: string): ToolCall {
  if (find(request, 'custom', 'apply_patch')) return { type: 'custom_tool_call', name: 'apply_patch', input: patch };
  if (find(request, 'function', 'apply_patch')) return functionCall('apply_patch', { input: patch });
  return shellCall(request, `apply_patch <<'EOF'\n${patch.replace(/\n?$/, '\n')}EOF\n`, {});
}

/** A call of a named function, whatever it is. Throws {@link NoSuchTool}. */
export function namedCall(request: ModelRequest, name: string, args: unknown): ToolCall {
  if (!request.tools.some((tool) => tool.name === name))
    throw new NoSuchTool(`this step calls ${name}; the request offers: ${offered(request)}`);
  if (find(request, 'custom', name))
    return { type: 'custom_tool_call', name, input: typeof args === 'string' ? args : JSON.stringify(args) };
  return functionCall(name, args);
}
