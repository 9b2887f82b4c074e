import type { TSESTree } from '@typescript-eslint/types';
import { Change } from '../codemod/change.js';
import type { CodemodResult } from '../codemod/codemod.js';
import { isMember } from '../syntax/loads.js';
import type { Module } from '../syntax/parse.js';
import { keyOf, literalText } from '../syntax/references.js';
import { walk } from '../syntax/walk.js';
import { driverFlagsIn, hostAdvice, isCodex, protocolAdvice, startsInCommandLine, unknownAdvice } from './advice.js';

/** Finds the starts of `codex mcp-server` in a program. */
export function inProgram(module: Module): CodemodResult {
  const change = new Change(module);
  for (const node of walk(module.program)) {
    const text = literalText(node);
    if (text === undefined || !text.includes('mcp-server')) continue;
    if (text === 'mcp-server') onWord(module, change, node);
    else onText(change, node, text);
  }
  return change.result();
}

/** A command line in one string. */
function onText(change: Change, node: TSESTree.Node, text: string): void {
  const flag = text === '--driver=mcp-server' && node.parent?.type === 'ArrayExpression' && isOurs(node.parent);
  const flags = flag ? [[text.length - 'mcp-server'.length, text.length] as const] : [...driverFlagsIn(text)];
  const isPlain = node.range[1] - node.range[0] === text.length + 2;
  for (const [start, end] of isPlain ? flags : []) {
    change.replace([node.range[0] + 1 + start, node.range[0] + 1 + end], 'app-server');
  }
  if (startsInCommandLine(text) !== undefined) change.decline(node, 'protocol', protocolAdvice);
}

function onWord(module: Module, change: Change, node: TSESTree.Node): void {
  const { parent } = node;
  if (parent?.type === 'Property' && parent.value === node) {
    const isOurOption = keyOf(parent) === 'requested' && isArgumentOf(module, parent.parent, 'selectDriver');
    if (isOurOption) change.replace([node.range[0] + 1, node.range[1] - 1], 'app-server');
    return;
  }
  if (parent?.type !== 'ArrayExpression') return;
  const before = parent.elements[parent.elements.indexOf(node as TSESTree.Expression) - 1];
  if (before && literalText(before) === '--driver') {
    if (isOurs(parent)) change.replace([node.range[0] + 1, node.range[1] - 1], 'app-server');
    return;
  }
  const verdict = startedBy(parent);
  if (verdict === 'codex') change.decline(node, 'protocol', isHostEntry(parent) ? hostAdvice : protocolAdvice);
  else if (verdict === 'unknown') change.decline(node, 'unknown-command', unknownAdvice);
}

const isArgumentOf = (module: Module, { parent }: TSESTree.Node, name: string): boolean =>
  parent?.type === 'CallExpression' && isMember(module, parent.callee, '@codex-orch/mcp-adapter', name);

/** An argument list of our own command, by the command before it or by `npx codex-orch`. */
function isOurs(list: TSESTree.ArrayExpression): boolean {
  const command = commandOf(list);
  const words = [command, ...list.elements.map((each) => each && literalText(each))];
  return words.some(
    (word) => typeof word === 'string' && /^(?:.*[/\\])?(?:@codex-orch\/cli|codex-orch)(?:@.*)?$/.test(word),
  );
}

/** What an argument list is given to: `spawn(COMMAND, [...])`, `{ command: COMMAND, args: [...] }`. */
function commandOf(list: TSESTree.ArrayExpression): string | undefined {
  const { parent } = list;
  if (parent.type === 'CallExpression' || parent.type === 'NewExpression') {
    const before = parent.arguments[parent.arguments.indexOf(list) - 1];
    return before && literalText(before);
  }
  if (parent.type !== 'Property' || parent.parent.type !== 'ObjectExpression') return undefined;
  const command = parent.parent.properties.find((each) => each.type === 'Property' && keyOf(each) === 'command');
  return command?.type === 'Property' ? literalText(command.value) : undefined;
}

function startedBy(list: TSESTree.ArrayExpression): 'codex' | 'other' | 'unknown' {
  const words = list.elements.map((each) => (each ? literalText(each) : undefined));
  const before = words.slice(0, words.indexOf('mcp-server'));
  const command = commandOf(list);
  if (command === undefined)
    return before.length > 0 && before.every((word) => word !== undefined && !isCodex(word)) ? 'other' : 'unknown';
  if (isCodex(command)) return 'codex';
  const runner = /(?:^|[/\\])(?:npx|npm|pnpm|yarn|bunx|node|env|sh|bash)(?:\.cmd|\.exe)?$/.test(command);
  return runner && before.some((word) => word !== undefined && isCodex(word)) ? 'codex' : 'other';
}

/** An entry of a host's list of MCP servers. */
function isHostEntry({ parent }: TSESTree.ArrayExpression): boolean {
  const entry = parent.type === 'Property' ? parent.parent.parent : undefined;
  const list = entry?.type === 'Property' ? entry.parent.parent : undefined;
  return list?.type === 'Property' && /^(?:mcpServers|mcp_servers|servers)$/.test(keyOf(list) ?? '');
}
