import type { CodexApprovalRequest, ProposedFileChange } from '@codex-orch/core';
import { shortLine, visibleLine } from './visible.js';

/**
 * What Codex asks to do, as lines that each begin with words or signs of ours: what Codex says cannot pass for a line of its own.
 * Commands and changes are whole, as they are what is answered; only the reason is cut.
 */
export function elevationLines(request: CodexApprovalRequest): readonly string[] {
  return [...whatLines(request), `Its reason: ${shortLine(request.reason ?? 'none given')}`].map((line) => `  ${line}`);
}

function whatLines(request: CodexApprovalRequest): readonly string[] {
  switch (request.kind) {
    case 'command':
      return [...commandLines(request.command), `in: ${visibleLine(request.cwd)}`];
    case 'file-change':
      return [
        ...request.changes.flatMap(changeLines),
        ...(request.grantRoot === undefined ? [] : [`and write from now on to: ${visibleLine(request.grantRoot)}`]),
      ];
    case 'unknown':
      return [`do: ${shortLine(request.method)}`];
  }
}

const quoted = (text: string): readonly string[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `  | ${visibleLine(line)}`);

function commandLines(command: string): readonly string[] {
  return command.includes('\n') ? ['run:', ...quoted(command)] : [`run: ${visibleLine(command)}`];
}

const verbs: Readonly<Record<ProposedFileChange['kind'], string>> = { add: 'add', update: 'change', delete: 'delete' };

function changeLines({ path, kind, movePath, text }: ProposedFileChange): readonly string[] {
  const to = movePath === undefined ? '' : ` and move it to ${visibleLine(movePath)}`;
  return [`${verbs[kind]}: ${visibleLine(path)}${to}`, ...(text === undefined ? [] : quoted(text))];
}
