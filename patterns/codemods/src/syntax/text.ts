import type { Module } from './parse.js';

/** The quote that the file's first string is written with, single where it has none. */
function quoteOf({ source }: Module): "'" | '"' {
  const first = /(?:require\(|from\s*|[=(,:[]\s*)(['"])/.exec(source)?.[1];
  return first === '"' ? '"' : "'";
}

/** A string literal in the file's own quotes. */
export function quoted(module: Module, text: string): string {
  const json = JSON.stringify(text);
  if (quoteOf(module) === '"') return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The file's own line ending. */
export const lineEndOf = ({ source }: Module): string => /\r?\n/.exec(source)?.[0] ?? '\n';
