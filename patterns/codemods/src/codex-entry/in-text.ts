import type { CodemodResult, Decline, SourceFile } from '../codemod/codemod.js';
import { Lines } from '../syntax/lines.js';
import { driverFlagsIn, hostAdvice, isCodex, protocolAdvice, startsInCommandLine } from './advice.js';

/** Finds the starts of `codex mcp-server` in a configuration or a shell script, which is no program that we parse. */
export function inText({ path, source }: SourceFile): CodemodResult {
  const edits = [...driverFlagsIn(source), ...(isOurConfiguration(path) ? driverSettings(source) : [])];
  const lines = new Lines(source);
  const declined = [...commandLines(source), ...entries(source)]
    .toSorted(([a], [b]) => a - b)
    .map(([offset, message]): Decline => ({ reason: 'protocol', message, ...lines.at(offset) }));
  let text = source;
  for (const [start, end] of edits.toSorted(([a], [b]) => b - a)) {
    text = `${text.slice(0, start)}app-server${text.slice(end)}`;
  }
  return { source: text, changes: edits.length, declined };
}

const isOurConfiguration = (path: string): boolean => /(?:^|[/\\])codex-orch\.config\.json$/.test(path);

/** `"driver": "mcp-server"` of our own configuration, in which nothing else has that name. */
function* driverSettings(source: string): Generator<readonly [number, number]> {
  for (const match of source.matchAll(/"driver"\s*:\s*"(mcp-server)"/g)) {
    const end = match.index + match[0].length - 1;
    yield [end - 'mcp-server'.length, end];
  }
}

function* commandLines(source: string): Generator<readonly [number, string]> {
  let offset = 0;
  for (const line of source.split(/(?<=\n)/)) {
    const start = /^\s*#/.test(line) ? undefined : startsInCommandLine(line);
    if (start !== undefined) yield [offset + start, protocolAdvice];
    offset += line.length;
  }
}

/** A list of arguments, in JSON, TOML or YAML's flow style, with the word in it, in an entry whose command is Codex. */
function* entries(source: string): Generator<readonly [number, string]> {
  for (const match of source.matchAll(/["']?args["']?\s*[:=]\s*\[([^\]]*)\]/g)) {
    const words = [...(match[1] ?? '').matchAll(/["']([^"']*)["']/g)].map(([, word]) => word ?? '');
    const at = words.indexOf('mcp-server');
    if (at < 0) continue;
    const command = commandAround(source, match.index, match.index + match[0].length);
    const runs = command !== undefined && (isCodex(command) || words.slice(0, at).some((word) => isCodex(word)));
    if (runs) yield [match.index, hostAdvice];
  }
}

/** The command of the entry around a place: a JSON object, or a TOML table. */
function commandAround(source: string, start: number, end: number): string | undefined {
  const before = source.slice(0, start);
  const from = Math.max(before.lastIndexOf('{'), before.search(/\n\[[^\]\n]*\][^[]*$/));
  const rest = /[{}]|\n\[/.exec(source.slice(end));
  const entry = source.slice(Math.max(from, 0), rest ? end + rest.index : undefined);
  return /["']?command["']?\s*[:=]\s*["']([^"']*)["']/.exec(entry)?.[1];
}
