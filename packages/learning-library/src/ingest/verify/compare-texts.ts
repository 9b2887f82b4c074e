import type { Term } from '../engine/term.js';
import type { ProgramReader } from '../syntax/parse-program.js';

/** How far two texts are the same: byte for byte, in code and comments apart from formatting, or that with imports in another order. */
export type Agreement = 'bytes' | 'syntax' | 'import-order';

/** Undefined where they are not the same, or one is no program. */
export function compareTexts(reader: ProgramReader, path: string, a: string, b: string): Agreement | undefined {
  if (a === b) return 'bytes';
  const [left, right] = [reader.read(path, a), reader.read(path, b)];
  if ('flaw' in left || 'flaw' in right) return undefined;
  const said = (comments: readonly string[]): string =>
    comments
      .map((comment) => comment.replace(/\s+/g, ' ').trim())
      .sort()
      .join('\n');
  if (said(left.comments) !== said(right.comments)) return undefined;
  if (left.program.key === right.program.key) return 'syntax';
  return sortedKeys(left.program) === sortedKeys(right.program) ? 'import-order' : undefined;
}

function sortedKeys(program: Term): string {
  const body = (program.fields['body'] ?? []) as readonly Term[];
  const isImport = ({ type, source, start, end }: Term): boolean =>
    type === 'ImportDeclaration' ||
    (type === 'VariableDeclaration' && /=\s*require\(/.test(source.slice(start, Math.min(end, start + 300))));
  const imports = body.filter(isImport).map(({ key }) => key);
  const rest = body.filter((term) => !isImport(term)).map(({ key }) => key);
  return JSON.stringify([imports.sort((x, y) => x - y), rest]);
}

/** The first line at which two texts part, from 1, with what stands there. */
export function firstDifference(
  wanted: string,
  found: string,
): { readonly line: number; readonly wanted: string; readonly found: string } {
  const [a, b] = [wanted.split('\n'), found.split('\n')];
  let line = 0;
  while (line < a.length && line < b.length && a[line] === b[line]) line++;
  return { line: line + 1, wanted: (a[line] ?? '').slice(0, 300), found: (b[line] ?? '').slice(0, 300) };
}
