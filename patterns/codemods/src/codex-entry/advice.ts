/** What to do by hand where no rewrite keeps the behaviour: the two entry points speak different protocols. */
const byHand =
  '"codex app-server" speaks another protocol (initialize, thread/start, turn/start), so changing the word alone breaks ' +
  'it: drive Codex by selectDriver of @codex-orch/mcp-adapter, or stay with @openai/codex@0.153.4, the last that has it.';

export const protocolAdvice = `Codex 0.154.0 removed "codex mcp-server". ${byHand}`;

export const hostAdvice =
  'Codex 0.154.0 removed "codex mcp-server", and "codex app-server" is no MCP server that a host could start: pin it by ' +
  'command "npx", args ["-y", "@openai/codex@0.153.4", "mcp-server"], or remove the entry.';

export const unknownAdvice =
  'If this starts Codex: 0.154.0 removed "codex mcp-server". Whether it does cannot be told from here.';

/** `codex`, a path that ends in it, or its package without a version that still has the entry point. */
export function isCodex(text: string): boolean {
  const [, version] = /^@openai\/codex(?:@(.+))?$/.exec(text) ?? [];
  if (/^@openai\/codex(?:@|$)/.test(text)) return !isOld(version);
  return /(?:^|[/\\])codex(?:\.exe|\.cmd|\.js)?$/.test(text);
}

/** Only an exact version stays what it is. */
function isOld(version: string | undefined): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+$/.exec(version ?? '') ?? [];
  return major === '0' && Number(minor) < 154;
}

/** Where a command line starts `codex mcp-server`. */
export const startsInCommandLine = (text: string): number | undefined => {
  for (const match of text.matchAll(
    /(?:^|[\s"'`=;&|(])([^\s"'`=;&|(]*codex[^\s"'`;&|]*)["']?\s+(?:-\S+\s+)*mcp-server\b/g,
  )) {
    if (match[1] !== undefined && isCodex(match[1])) return match.index + match[0].indexOf(match[1]);
  }
  return undefined;
};

/** The word of `codex-orch … --driver mcp-server` in a command line: our own drivers are one behind another. */
export function* driverFlagsIn(text: string): Generator<readonly [start: number, end: number]> {
  for (const match of text.matchAll(/\bcodex-orch\b[^\n\r;&|]*?--driver(?:=|\s+)(mcp-server)\b/g)) {
    const end = match.index + match[0].length;
    yield [end - 'mcp-server'.length, end];
  }
}
