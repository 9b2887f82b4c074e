import type { CodexApprovalRequest, ProposedFileChange } from '@codex-orch/core';
import { counted } from './counted.js';
import { shortLine, visibleLine } from './visible.js';

/** Lines of a proposed change that are shown. */
const maxLines = 60;
const maxFiles = 20;

/**
 * What Codex asks to do, as lines that each begin with words or signs of ours: what Codex says cannot pass for a line of its own.
 * Commands and changes are whole but for what is too long to read, which is counted.
 */
export function elevationLines(request: CodexApprovalRequest): readonly string[] {
  return [...whatLines(request), `Its reason: ${shortLine(request.reason ?? 'none given')}`].map((line) => `  ${line}`);
}

function whatLines(request: CodexApprovalRequest): readonly string[] {
  switch (request.kind) {
    case 'command':
      return [`run: ${shortLine(request.command, 4000)}`, `in: ${shortLine(request.cwd)}`];
    case 'file-change': {
      const shown = request.changes.slice(0, maxFiles);
      const more = request.changes.length - shown.length;
      return [
        ...shown.flatMap(changeLines),
        ...(more > 0 ? [`and change ${counted(more, 'more file')}`] : []),
        ...(request.grantRoot === undefined ? [] : [`and write from now on to: ${shortLine(request.grantRoot)}`]),
      ];
    }
    case 'unknown':
      return [`do: ${shortLine(request.method)}`];
  }
}

const verbs: Readonly<Record<ProposedFileChange['kind'], string>> = { add: 'add', update: 'change', delete: 'delete' };

function changeLines({ path, kind, movePath, text }: ProposedFileChange): readonly string[] {
  const to = movePath === undefined ? '' : ` and move it to ${shortLine(movePath)}`;
  const lines = (text ?? '').replace(/\n$/, '').split('\n');
  const shown = text === undefined ? [] : lines.slice(0, maxLines);
  const more = lines.length - shown.length;
  return [
    `${verbs[kind]}: ${shortLine(path)}${to}`,
    ...shown.map((line) => `  | ${line.length > 600 ? shortLine(line) : visibleLine(line)}`),
    ...(text !== undefined && more > 0 ? [`  … ${counted(more, 'more line')}`] : []),
  ];
}
